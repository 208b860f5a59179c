package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The launcher in a project of its own, on a machine that seems to have no JDK but what a test puts
 * there.
 */
class LauncherTest {

  private static final Path LAUNCHER =
      Path.of(System.getProperty("paddock.home")).resolve("../../paddock").normalize();

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
    assertTrue(arguments.contains(root.toRealPath() + "/lib/*"), ended.out());
    assertEquals("", ended.err());
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
