package dev.paddock.worker.pool;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** How much memory a process really has, as the kernel counts it. */
public final class ResidentMemory {

  private static final String FIELD = "VmRSS:";

  private ResidentMemory() {}

  /** In bytes; 0 where it cannot be known. */
  public static long of(long pid) {
    try {
      return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
          .filter(line -> line.startsWith(FIELD))
          .mapToLong(ResidentMemory::bytes)
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0; // it ended, or this system has no /proc
    }
  }

  /** The line is like "VmRSS: 123456 kB". */
  private static long bytes(String line) {
    String kib = line.substring(FIELD.length()).replace("kB", "").strip();
    return Long.parseLong(kib) << 10;
  }
}
