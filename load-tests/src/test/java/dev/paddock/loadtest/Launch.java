package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.cli.Paddock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The command line in a process of its own, as the launcher starts it. */
final class Launch {

  private static final long TIMEOUT_SECONDS = 480;

  private Launch() {}

  /**
   * Runs a command that must succeed.
   *
   * @param folder where its output may be kept
   * @return the lines that it printed
   */
  static List<String> run(Path folder, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Dpaddock.home=" + System.getProperty("paddock.home"),
            "-cp",
            System.getProperty("java.class.path"),
            Paddock.class.getName()));
    command.addAll(List.of(arguments));
    Path out = folder.resolve("out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(out.toFile());
    // For workers that a measurement starts.
    builder
        .environment()
        .putAll(
            Map.of(
                "PADDOCK_POOL_SIZE", "1",
                "PADDOCK_POOL_SPARES", "0",
                "PADDOCK_SANDBOX_COMPILATION", "quick"));
    Process process = builder.start();
    try {
      assertTrue(process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS), Files.readString(out));
      assertEquals(0, process.exitValue(), Files.readString(out));
      return Files.readAllLines(out);
    } finally {
      process.destroyForcibly();
    }
  }
}
