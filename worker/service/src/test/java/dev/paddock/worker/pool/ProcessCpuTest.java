package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.quota.Run;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "threads are told apart by /proc")
class ProcessCpuTest {

  private static final long BURNT_MILLIS = 2000;

  @Test
  void whatTheSandboxDoesOnItsOwnAccountIsNotCounted() throws IOException {
    long guests = counted("guest");
    assertTrue(guests >= BURNT_MILLIS, guests + " ms were counted");
    long own = counted(Run.UNCHARGED_THREAD);
    assertTrue(own < BURNT_MILLIS / 2, own + " ms were counted");
  }

  /** What is counted of a JVM in which a thread of a name has used its CPU time, in ms. */
  private static long counted(String name) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Burner.class.getName(),
                name)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try {
      assertEquals(Burner.BURNT, process.getInputStream().read());
      return ProcessCpu.millis(process.toHandle());
    } finally {
      process.destroyForcibly();
    }
  }

  /** Uses CPU time on a thread of the name that it is given, and lives on until its input ends. */
  static final class Burner {

    static final int BURNT = 'b';

    private Burner() {}

    public static void main(String[] args) {
      Thread.ofPlatform().name(args[0]).start(Burner::burn);
    }

    private static void burn() {
      long end = TimeUnit.MILLISECONDS.toNanos(BURNT_MILLIS + 50);
      while (ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime() < end) {
        Thread.onSpinWait();
      }
      System.out.write(BURNT);
      System.out.flush();
      try {
        var _ = System.in.read();
      } catch (IOException e) {
        // Nobody is there any more.
      }
    }
  }
}
