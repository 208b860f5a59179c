package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a project of its own, on a machine that seems to have no JDK but what a test puts
 * there.
 */
class LauncherTest {

  private static final Path LAUNCHER =
      Path.of(System.getProperty("paddock.home")).resolve("../../paddock").normalize();

  private static final String PROGRAM = "dev.paddock.worker.cli.Paddock";

  @TempDir private Path folder;
  private Path root;
  private Path bin;

  @BeforeEach
  void makeTheProject() throws IOException {
    root = Files.createDirectories(folder.resolve("a project"));
    bin = Files.createDirectories(folder.resolve("bin"));
    for (String tool :
        List.of(
            "sh",
            "dirname",
            "readlink",
            "grep",
            "find",
            "head",
            "stty",
            "mkdir",
            "rm",
            "mv",
            "cat",
            "cksum",
            "stat",
            "sleep")) {
      Files.createSymbolicLink(bin.resolve(tool), which(tool));
    }
    executable(
        root.resolve("paddock"),
        Files.readString(LAUNCHER)
            .replace("/usr/lib/jvm/*", "")
            .replace("/opt/java/* /opt/jdk*", "")
            .replace("/Library/Java/JavaVirtualMachines/*/Contents/Home", ""));
    Files.createDirectories(root.resolve("schemas/src/main"));
    Files.createDirectories(root.resolve("worker/src/main"));
    Files.writeString(root.resolve("pom.xml"), "<project/>");
    for (String part : List.of("lib", "sandbox", "broker", "registry")) {
      Files.createDirectories(root.resolve("target/paddock").resolve(part));
    }
    Files.writeString(root.resolve("target/paddock/built"), "");
  }

  @Test
  void withoutAJdkItSaysWhatToInstall() throws Exception {
    Cli.Ended ended = launch(root.resolve("paddock"), Map.of());
    assertEquals(1, ended.exitCode());
    assertEquals(1, ended.err().lines().count(), ended.err());
    assertTrue(ended.err().contains("JDK 25 is needed"), ended.err());
  }

  @Test
  void anOlderJdkWillNotDo() throws Exception {
    Path old = jdk("old", "17.0.1");
    Cli.Ended ended = launch(root.resolve("paddock"), Map.of("JAVA_HOME", old.toString()));
    assertEquals(1, ended.exitCode());
    assertTrue(ended.err().contains("JDK 25 is needed"), ended.err());
  }

  @Test
  void throughALinkAndFromElsewhereArgumentsArriveAsTheyAre() throws Exception {
    Path jdk = jdk("home/.jdks/some jdk", "25.0.3");
    Path link = Files.createSymbolicLink(folder.resolve("link"), root.resolve("paddock"));
    Cli.Ended ended =
        launch(link, Map.of("HOME", folder.resolve("home").toString()), "run", "a b", "", "*");
    assertEquals(0, ended.exitCode(), ended.err());
    List<String> arguments = ended.out().lines().toList();
    assertTrue(arguments.getFirst().equals(jdk + "/bin/java"), ended.out());
    assertTrue(arguments.contains("-Dpaddock.home=" + root.toRealPath() + "/target/paddock"));
    assertEquals(
        List.of("run", "a b", "", "*"), arguments.subList(arguments.size() - 4, arguments.size()));
  }

  @Test
  void aReleaseRunsWhatLiesBesideItOnAJavaWithoutCompiler() throws Exception {
    Path java = jdk("jre", "25.0.3");
    Files.delete(java.resolve("bin/javac"));
    Map<String, String> environment = Map.of("JAVA_HOME", java.toString());
    Cli.Ended ofSources = launch(root.resolve("paddock"), environment);
    assertTrue(ofSources.err().contains("JDK 25 is needed"), ofSources.err());

    Files.delete(root.resolve("pom.xml"));
    Cli.Ended ended = launch(root.resolve("paddock"), environment, "run", "x.js");
    assertEquals(0, ended.exitCode(), ended.err());
    List<String> arguments = ended.out().lines().toList();
    assertTrue(arguments.contains("-Dpaddock.home=" + root.toRealPath()), ended.out());
    assertEquals("", ended.err());
  }

  @Test
  void theClassPathIsInAnOrderThatIsAlwaysTheSame() throws Exception {
    Path lib = root.resolve("target/paddock/lib");
    for (String jar : List.of("b-2.jar", "B.jar", "a.jar", "b.jar", "start.aot")) {
      Files.writeString(lib.resolve(jar), "");
    }
    Path jdk = jdk("jdk", "25.0.3");
    Cli.Ended ended =
        launch(
            root.resolve("paddock"), Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "en_US.UTF-8"));
    List<String> arguments = ended.out().lines().toList();
    assertEquals(
        Stream.of("B.jar", "a.jar", "b-2.jar", "b.jar")
            .map(jar -> root + "/target/paddock/lib/" + jar)
            .collect(Collectors.joining(":")),
        arguments.get(arguments.indexOf("-cp") + 1));
  }

  @Test
  void aStartCacheIsForOneJavaAndTheseJarsAndForNoneThatIsGivenAnother() throws Exception {
    Path lib = root.resolve("target/paddock/lib");
    Path jar = Files.writeString(lib.resolve("a.jar"), "");
    FileTime made = Files.getLastModifiedTime(jar);
    Path jdk = jdk("jdk", "25.0.3");
    Map<String, String> environment = Map.of("JAVA_HOME", jdk.toString());
    Path ofJlink = cache(environment);
    assertTrue(ofJlink.startsWith(lib) && ofJlink.toString().contains("/start-25.0.3-"));
    assertFalse(isUsed(environment, ofJlink));
    Files.writeString(ofJlink, "");
    assertTrue(isUsed(environment, ofJlink));

    Files.writeString(
        jdk.resolve("release"), "JAVA_RUNTIME_VERSION=\"25.0.3+9\"\n", StandardOpenOption.APPEND);
    Path cache = cache(environment);
    assertTrue(cache.toString().contains("/start-25.0.3+9-"), cache::toString);
    Files.writeString(cache, "");
    assertTrue(isUsed(environment, cache));

    Files.setLastModifiedTime(jar, FileTime.from(made.toInstant().minusSeconds(1)));
    assertFalse(isUsed(environment, cache));
    Files.writeString(jar, "changed");
    Files.setLastModifiedTime(jar, made);
    assertFalse(isUsed(environment, cache));
    Files.writeString(jar, "");
    Files.setLastModifiedTime(jar, made);
    assertTrue(isUsed(environment, cache));
    Files.writeString(lib.resolve("b.jar"), "");
    assertFalse(isUsed(environment, cache));
    Files.delete(lib.resolve("b.jar"));

    for (String option : List.of("-Xshare:off", "-XX:SharedArchiveFile=x", "-XX:AOTMode=off")) {
      Map<String, String> own = new HashMap<>(environment);
      own.put("JDK_JAVA_OPTIONS", "-Xmx1g " + option);
      assertFalse(isUsed(own, cache), option);
    }
  }

  /** Where the launcher looks for it. */
  private Path cache(Map<String, String> environment) throws Exception {
    return launch(root.resolve("paddock"), environment)
        .out()
        .lines()
        .filter(argument -> argument.startsWith("-Dpaddock.start.cache="))
        .map(argument -> Path.of(argument.substring("-Dpaddock.start.cache=".length())))
        .findFirst()
        .orElseThrow();
  }

  private boolean isUsed(Map<String, String> environment, Path cache) throws Exception {
    return launch(root.resolve("paddock"), environment)
        .out()
        .lines()
        .anyMatch(("-XX:AOTCache=" + cache)::equals);
  }

  @Test
  @Tag("long")
  void aStartCacheIsUsedWhereItFitsAndPassedOverWithoutAWordWhereItDoesNot() throws Exception {
    Files.delete(root.resolve("pom.xml"));
    Path jar = Files.createDirectories(root.resolve("lib")).resolve("program.jar");
    program(jar);
    Path cache = Path.of(silently().strip());
    assertEquals(root.resolve("lib"), cache.getParent());
    WorkerStart.cache(cache, jar.toString(), root, PROGRAM).make();
    try (Stream<Path> files = Files.list(root.resolve("lib"))) {
      assertEquals(Set.of(jar, cache), files.collect(Collectors.toSet()));
    }

    Path classes = folder.resolve("classes");
    launchReal(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + classes));
    String loaded =
        Files.readAllLines(classes).stream()
            .filter(line -> line.contains(PROGRAM + " "))
            .collect(Collectors.joining());
    assertTrue(loaded.contains("shared objects file"), loaded);

    Cli.Ended otherHeader = launchReal(Map.of("JDK_JAVA_OPTIONS", "-XX:+UseCompactObjectHeaders"));
    assertEquals(cache + "\n", otherHeader.out());
    assertEquals(1, otherHeader.err().lines().count(), otherHeader.err()); // that it was picked up

    byte[] good = Files.readAllBytes(cache);
    Files.write(cache, Arrays.copyOf(good, good.length / 2));
    silently();
    Files.write(cache, new byte[0]);
    silently();
    byte[] garbage = new byte[100_000];
    new Random(1).nextBytes(garbage);
    Files.write(cache, garbage);
    silently();
  }

  private String silently() throws Exception {
    Cli.Ended ended = launchReal(Map.of());
    assertEquals("", ended.err());
    assertTrue(ended.out().endsWith(".aot\n") && ended.out().lines().count() == 1, ended.out());
    return ended.out();
  }

  private Cli.Ended launchReal(Map<String, String> environment) throws Exception {
    Map<String, String> all = new HashMap<>(environment);
    all.put("JAVA_HOME", System.getProperty("java.home"));
    Cli.Ended ended = launch(root.resolve("paddock"), all);
    assertEquals(0, ended.exitCode(), ended.err());
    return ended;
  }

  /** Stands for the command line; says where its start cache lies. */
  private void program(Path jar) throws IOException {
    Path source =
        Files.writeString(
            folder.resolve("Paddock.java"),
            """
            package dev.paddock.worker.cli;
            public class Paddock {
              public static void main(String[] args) {
                System.out.println(System.getProperty("paddock.start.cache"));
              }
            }
            """);
    int status =
        Objects.requireNonNull(ToolProvider.getSystemJavaCompiler())
            .run(null, null, null, "-d", folder.toString(), source.toString());
    assertEquals(0, status);
    String path = PROGRAM.replace('.', '/') + ".class";
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry(path));
      Files.copy(folder.resolve(path), out);
    }
  }

  @Test
  void aReleaseWithoutAJavaSaysWhatToInstall() throws Exception {
    Files.delete(root.resolve("pom.xml"));
    Cli.Ended ended = launch(root.resolve("paddock"), Map.of());
    assertEquals(1, ended.exitCode());
    assertTrue(ended.err().contains("Java 25 is needed"), ended.err());
  }

  @Test
  void whenASourceIsNewerMavenIsNeeded() throws Exception {
    Path jdk = jdk("jdk", "25.0.3");
    Path source = root.resolve("worker/src/main/New.java");
    Files.writeString(source, "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));
    Cli.Ended ended = launch(root.resolve("paddock"), Map.of("JAVA_HOME", jdk.toString()));
    assertEquals(1, ended.exitCode(), ended.out());
    assertTrue(ended.err().contains("Maven is needed to build Paddock"), ended.err());
  }

  private Cli.Ended launch(Path launcher, Map<String, String> environment, String... arguments)
      throws Exception {
    List<String> command =
        Stream.concat(Stream.of(launcher.toString()), Stream.of(arguments)).toList();
    Path out = folder.resolve("out");
    Path err = folder.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", bin.toString());
    builder.environment().putAll(environment);
    int exitCode = builder.start().waitFor();
    return new Cli.Ended(exitCode, Files.readString(out), Files.readString(err));
  }

  /** Something that looks like a JDK; its java prints how it was called, a line each. */
  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(home.resolve("bin/java"), "#!/bin/sh\nprintf '%s\\n' \"$0\" \"$@\"\n");
    executable(home.resolve("bin/javac"), "#!/bin/sh\n");
    return home;
  }

  private static void executable(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path which(String tool) {
    return Stream.of(Objects.requireNonNull(System.getenv("PATH")).split(":", -1))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }
}
