package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.config.Configuration;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Workers of Node's, of the sources in {@code load-tests/peers}: lays them out in a folder, has npm
 * install there what they need, and starts them. What this machine lacks is known afterwards.
 */
final class NodePeers {

  private static final List<String> SOURCES =
      List.of(
          "package.json", "worker.mjs", "clients.mjs", "isolation.mjs", "quotas.mjs", "check.mjs");

  private static final String NATIVE = "isolated-vm";

  private static final List<String> PACKAGES = List.of("kafkajs", "@platformatic/kafka", NATIVE);

  /** What a container of such a worker would be given; without it Node takes what there is. */
  private static final String HEAP = "--max-old-space-size=1024";

  /** The package asks for it from Node 20 on. */
  private static final String NO_SNAPSHOT = "--no-node-snapshot";

  /** A package is compiled where it brings nothing for this Node. */
  private static final long INSTALL_MINUTES = 15;

  private static final long CHECK_SECONDS = 60;

  private static final int SHOWN_LINES = 5;

  /** A file that says for which Node and packages the folder is ready. */
  private static final String MARK = "installed";

  private static final String ALL = "All for ";

  private static final JsonMapper JSON = new JsonMapper();

  private final Path folder;
  private final @Nullable Path node;
  private final String version;
  private final Map<String, String> missing;

  private NodePeers(Path folder, @Nullable Path node, String version, Map<String, String> missing) {
    this.folder = folder;
    this.node = node;
    this.version = version;
    this.missing = missing;
  }

  /** Where nobody asks for any. */
  static NodePeers none() {
    return without(Path.of("."), "not asked for");
  }

  /** Whether an isolation needs the package that may have to be compiled. */
  static boolean isNative(String isolation) {
    return isolation.startsWith("ivm");
  }

  /** None, for a reason. */
  private static NodePeers without(Path folder, String why) {
    Map<String, String> missing = new HashMap<>();
    PACKAGES.forEach(name -> missing.put(name, why));
    return new NodePeers(folder, null, "", missing);
  }

  /**
   * Finds Node, and has npm install packages unless an earlier run has.
   *
   * @param folder where to; made where it is not there
   * @param withNative whether the package that may have to be compiled is needed
   */
  static NodePeers prepare(Path folder, boolean withNative)
      throws IOException, InterruptedException {
    Path node = onPath("node");
    Path npm = onPath("npm");
    if (node == null || npm == null) {
      return without(folder, (node == null ? "node" : "npm") + " is not on the path");
    }
    Path absolute = folder.toAbsolutePath();
    Files.createDirectories(absolute);
    for (String source : SOURCES) {
      Files.writeString(absolute.resolve(source), PeerScript.resource(source) + "\n", UTF_8);
    }
    Path log = absolute.resolve("npm.log");
    String version = Files.readString(output(absolute, "version", node, "--version")).strip();
    String packages = version + "\n" + PeerScript.resource("package.json");
    Path mark = absolute.resolve(MARK);
    String installed = Files.exists(mark) ? Files.readString(mark) : "";
    if (!installed.equals(ALL + packages) && (withNative || !installed.equals(packages))) {
      Files.deleteIfExists(mark);
      if (!install(absolute, node, npm, log, withNative)) {
        return without(folder, "npm could not install the packages: " + tail(log));
      }
      Files.writeString(mark, (withNative ? ALL : "") + packages);
    }
    return new NodePeers(folder, node, version, missing(absolute, node, withNative));
  }

  /** Node's version, or an empty text where there is none. */
  String version() {
    return version;
  }

  /** Why contenders with this client and isolation cannot be had here; null where they can. */
  @Nullable String lack(String client, String isolation) {
    String why = missing.get(client.equals("kafkajs") ? client : "@platformatic/kafka");
    return why == null && isNative(isolation) ? missing.get(NATIVE) : why;
  }

  /**
   * Starts one worker.
   *
   * @param settings the topics' and the broker's
   * @param name what it answers as
   * @param watched whether it must see to it that no script outlives this process
   */
  Process start(
      String client,
      String isolation,
      Map<String, String> settings,
      String name,
      boolean watched,
      Path log)
      throws IOException {
    Configuration configuration = Configuration.of(settings);
    Map<String, Object> own = new HashMap<>();
    own.put("client", client);
    own.put("isolation", isolation);
    own.put(
        "brokers",
        List.of(Objects.requireNonNull(settings.get("kafka.bootstrap.servers")).split(",", -1)));
    own.put("group", configuration.intake().group());
    own.put("requests", configuration.topics().requests());
    own.put("results", configuration.topics().results());
    own.put("worker", name);
    own.put("watched", watched);
    List<String> command = new ArrayList<>();
    command.add(String.valueOf(node));
    command.add(HEAP);
    if (isNative(isolation)) {
      command.add(NO_SNAPSHOT);
    }
    command.addAll(List.of("worker.mjs", JSON.writeValueAsString(own)));
    ProcessBuilder builder = builder(folder.toAbsolutePath(), command).redirectOutput(log.toFile());
    Process process = builder.start();
    // It ends with its standard input, too, unless a script holds it.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return process;
  }

  private static ProcessBuilder builder(Path folder, List<String> command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().remove("NODE_OPTIONS");
    return builder;
  }

  private static boolean install(Path folder, Path node, Path npm, Path log, boolean withNative)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                npm.toString(),
                "install",
                "--no-package-lock",
                "--no-audit",
                "--no-fund",
                "--no-progress"));
    if (!withNative) {
      command.add("--omit=optional");
    }
    ProcessBuilder builder = builder(folder, command).redirectOutput(log.toFile());
    Path prefix = node.toRealPath().resolveSibling("..").normalize();
    if (Files.exists(prefix.resolve("include/node/node.h"))) {
      // What is compiled takes these headers rather than to look for some elsewhere.
      builder.environment().put("npm_config_nodedir", prefix.toString());
      builder.environment().put("npm_config_build_from_source", "true");
    }
    return ends(builder.start(), TimeUnit.MINUTES.toSeconds(INSTALL_MINUTES)) == 0;
  }

  /** Of each package that does not load, why. */
  private static Map<String, String> missing(Path folder, Path node, boolean withNative)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(NO_SNAPSHOT, "check.mjs"));
    PACKAGES.stream().filter(name -> withNative || !name.equals(NATIVE)).forEach(arguments::add);
    Path said = output(folder, "check", node, arguments.toArray(String[]::new));
    Map<String, String> missing = new HashMap<>();
    for (String name : PACKAGES) {
      missing.put(name, name + " did not load: " + tail(said));
    }
    for (String line : Files.readAllLines(said)) {
      String[] words = line.split(" ", 2);
      if (words.length == 1) {
        missing.remove(words[0]);
      } else if (missing.containsKey(words[0])) {
        missing.put(
            words[0],
            "%s does not load: %s (%s has what npm said; delete that folder to try again)"
                .formatted(words[0], words[1], folder.resolve("npm.log")));
      }
    }
    return missing;
  }

  /** A file with what Node printed. */
  private static Path output(Path folder, String name, Path node, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(node.toString()));
    command.addAll(List.of(arguments));
    Path said = folder.resolve(name + ".log");
    ends(builder(folder, command).redirectOutput(said.toFile()).start(), CHECK_SECONDS);
    return said;
  }

  /** The exit code; -1 where it had to be ended. */
  private static int ends(Process process, long seconds) throws InterruptedException {
    try {
      return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }

  private static String tail(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    return String.join(" / ", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private static @Nullable Path onPath(String name) {
    String path = System.getenv("PATH");
    for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return file.toAbsolutePath();
      }
    }
    return null;
  }
}
