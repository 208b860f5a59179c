package dev.paddock.worker.cli.batch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A batch's memory must not grow with its lines. */
@Tag("long")
class ConstantMemoryTest {

  /** Of a million lines it has room for what is in the window, and not for an object of each. */
  private static final String HEAP = "-Xmx20m";

  @Test
  void aMillionLinesNeedNoMoreMemoryThanTheWindow() throws Exception {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MillionLines.class.getName()))
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
    assertEquals("1000000 1000000\n", said);
  }
}
