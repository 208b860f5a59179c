package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Protection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Raises how readily the kernel takes a process where memory runs out. */
final class OomScore {

  private OomScore() {}

  /**
   * Must come before the process makes itself undumpable, which gives its /proc files to root.
   *
   * @param score from 0 to 1000
   */
  static Protection raise(long pid, int score) {
    try {
      Files.writeString(Path.of("/proc", Long.toString(pid), "oom_score_adj"), "" + score);
      return new Protection(Protection.Kind.OOM_SCORE, true, "oom_score_adj is " + score);
    } catch (IOException e) {
      return Protection.missing(
          Protection.Kind.OOM_SCORE, "oom_score_adj cannot be written: " + e.getMessage());
    }
  }
}
