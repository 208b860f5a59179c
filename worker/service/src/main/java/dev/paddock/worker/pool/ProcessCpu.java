package dev.paddock.worker.pool;

import dev.paddock.sandbox.quota.Run;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * CPU time of another process as the operating system counts it, without its JVM's compiler threads
 * and the sandbox's own work: what they do is not the guest's doing. Where there is no /proc, all
 * threads count.
 */
final class ProcessCpu {

  /** USER_HZ, which Linux fixes for user space. */
  private static final long MILLIS_PER_TICK = 10;

  /** Fields of /proc/PID/task/TID/stat, counted after the name in parentheses. */
  private static final int USER_TICKS = 11;

  private static final int SYSTEM_TICKS = 12;

  /** Of what threads are called; the system keeps fifteen characters. */
  private static final List<String> NOT_THE_GUESTS =
      List.of("C1 Compiler", "C2 Compiler", Run.UNCHARGED_THREAD);

  private ProcessCpu() {}

  /** CPU time so far, in ms; 0 where the process is gone. */
  static long millis(ProcessHandle process) {
    Path tasks = Path.of("/proc", Long.toString(process.pid()), "task");
    try (Stream<Path> threads = Files.list(tasks)) {
      return threads.mapToLong(ProcessCpu::ofThread).sum();
    } catch (IOException | UncheckedIOException e) { // a folder that goes while it is listed
      return process.info().totalCpuDuration().map(Duration::toMillis).orElse(0L);
    }
  }

  private static long ofThread(Path thread) {
    try {
      String stat = Files.readString(thread.resolve("stat"));
      int nameEnd = stat.lastIndexOf(')');
      String name = stat.substring(stat.indexOf('(') + 1, nameEnd);
      if (NOT_THE_GUESTS.stream().anyMatch(name::startsWith)) {
        return 0;
      }
      String[] fields = stat.substring(nameEnd + 2).split(" ", -1);
      return (Long.parseLong(fields[USER_TICKS]) + Long.parseLong(fields[SYSTEM_TICKS]))
          * MILLIS_PER_TICK;
    } catch (IOException e) {
      return 0; // the thread ended meanwhile
    }
  }
}
