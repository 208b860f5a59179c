import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes one script of each library that guests get as a global, and puts the licences beside them.
 *
 * <p>A bundle is a function expression: {@code (globalThis, TextEncoder, TextDecoder, external) =>
 * require}. {@code require} runs a CommonJS module of the bundle once and returns its exports;
 * {@code external} does so for the packages that the bundle leaves out.
 */
final class Bundle {

  private static final Pattern REQUIRE = Pattern.compile("\\brequire\\((['\"])([^'\"]+)\\1\\)");
  private static final Pattern MAIN = Pattern.compile("\"main\"\\s*:\\s*\"([^\"]+)\"");

  private final Path webjars;
  private final Map<String, String> versions;
  private final Set<String> left;
  private final Map<String, String> modules = new LinkedHashMap<>();

  private Bundle(Path webjars, Map<String, String> versions, Set<String> left) {
    this.webjars = webjars;
    this.versions = versions;
    this.left = left;
  }

  /** Arguments: the unpacked webjars, the folder to write to, then package=version for each. */
  public static void main(String[] args) throws IOException {
    Path webjars = Path.of(args[0]);
    Path target = Path.of(args[1]);
    Map<String, String> versions = new TreeMap<>();
    for (String argument : Arrays.asList(args).subList(2, args.length)) {
      String[] parts = argument.split("=", 2);
      versions.put(parts[0], parts[1]);
    }
    Path scripts = Files.createDirectories(target.resolve("dev/paddock/sandbox/guest/world"));
    // The tables of internationalised domain names are large and seldom needed.
    new Bundle(webjars, versions, Set.of("tr46"))
        .write(scripts.resolve("whatwg-url.js"), List.of("whatwg-url"));
    new Bundle(webjars, versions, Set.of()).write(scripts.resolve("tr46.js"), List.of("tr46"));
    new Bundle(webjars, versions, Set.of())
        .write(
            scripts.resolve("core-js.js"),
            List.of(
                "core-js/modules/web.structured-clone",
                "core-js/modules/web.atob",
                "core-js/modules/web.btoa"));
    for (Map.Entry<String, String> used : versions.entrySet()) {
      copyLicence(
          webjars.resolve(used.getKey()).resolve(used.getValue()),
          target.resolve("THIRD-PARTY").resolve(used.getKey() + "-" + used.getValue()));
    }
  }

  private void write(Path file, List<String> entries) throws IOException {
    for (String entry : entries) {
      add(resolve(entry));
    }
    StringBuilder script = new StringBuilder("// Bundled from:");
    modules.keySet().stream()
        .map(id -> id.substring(0, id.indexOf('/')))
        .distinct()
        .forEach(name -> script.append(' ').append(name).append('@').append(versions.get(name)));
    script.append("\n(function (globalThis, TextEncoder, TextDecoder, external) {\n");
    script.append("const modules = { __proto__: null,\n");
    modules.forEach(
        (id, source) ->
            script
                .append(quoted(id))
                .append(": function (module, exports, require) {\n")
                .append(source)
                .append("\n},\n"));
    script.append(
        """
        };
        const loaded = { __proto__: null };
        return function require(id) {
          if (modules[id] === undefined) {
            return external(id);
          }
          if (loaded[id] === undefined) {
            const module = loaded[id] = { exports: {} };
            modules[id](module, module.exports, require);
          }
          return loaded[id].exports;
        };
        })
        """);
    Files.writeString(file, script);
  }

  private void add(String id) throws IOException {
    if (modules.containsKey(id)) {
      return;
    }
    String source = Files.readString(file(id));
    if (id.endsWith(".json")) {
      modules.put(id, "module.exports = " + source + ";");
      return;
    }
    List<String> needed = new ArrayList<>();
    String linked =
        REQUIRE
            .matcher(source)
            .replaceAll(
                found -> {
                  String target = target(id, found);
                  if (!left.contains(target)) {
                    needed.add(target);
                  }
                  return Matcher.quoteReplacement("require(" + quoted(target) + ")");
                });
    modules.put(id, linked);
    for (String target : needed) {
      add(target);
    }
  }

  private String target(String from, MatchResult found) {
    String specifier = found.group(2);
    if (!specifier.startsWith(".")) {
      String name = specifier.replaceFirst("/$", "");
      return left.contains(name) ? name : resolve(name);
    }
    return resolve(Path.of(from).resolveSibling(specifier).normalize().toString());
  }

  /** The module's file: package/path from the package's root. */
  private String resolve(String id) {
    try {
      if (!id.contains("/")) {
        Matcher main = MAIN.matcher(Files.readString(file(id + "/package.json")));
        return resolve(id + "/" + (main.find() ? main.group(1) : "index.js"));
      }
      for (String candidate : List.of(id, id + ".js", id + "/index.js")) {
        if (Files.isRegularFile(file(candidate))) {
          return candidate;
        }
      }
      throw new IOException("No module " + id + " below " + webjars);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(String id) throws IOException {
    int slash = id.indexOf('/');
    String name = id.substring(0, slash);
    String version = versions.get(name);
    if (version == null) {
      throw new IOException("No version of " + name + " given; it is needed by a bundle");
    }
    return webjars.resolve(name).resolve(version).resolve(id.substring(slash + 1));
  }

  private static void copyLicence(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    boolean found = false;
    try (var files = Files.newDirectoryStream(from, "LICENSE*")) {
      for (Path file : files) {
        Files.write(to.resolve(file.getFileName()), Files.readAllBytes(file));
        found = true;
      }
    }
    if (!found) {
      throw new IOException("No licence in " + from);
    }
  }

  private static String quoted(String text) {
    return '"' + text + '"';
  }
}
