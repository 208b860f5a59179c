package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import org.jspecify.annotations.Nullable;

/** Holds inputs and sources to their limits, whatever the worker has let pass. For one thread. */
final class Sizes {

  /** A UTF-16 unit has no more bytes than that as UTF-8. */
  private static final long MAX_BYTES_OF_A_UNIT = 3;

  /** Often the same as the one before, which need not be measured again. */
  private @Nullable Script last;

  private long lastBytes;

  /** Why a task may not run, or null where it may. */
  @Nullable Breach breach(Task task) {
    Limits limits = task.limits();
    if (!task.script().equals(last)) {
      last = task.script();
      lastBytes = last.bytes();
    }
    if (lastBytes > limits.sourceBytes()) {
      return breach(Quota.SOURCE_SIZE, "script's source", limits.sourceBytes(), lastBytes);
    }
    String context = task.context();
    long units = (long) task.input().length() + (context == null ? 0 : context.length());
    long bytes = units * MAX_BYTES_OF_A_UNIT > limits.inputBytes() ? task.inputBytes() : 0;
    return bytes > limits.inputBytes()
        ? breach(Quota.INPUT_SIZE, "input", limits.inputBytes(), bytes)
        : null;
  }

  private static Breach breach(Quota quota, String what, long limit, long observed) {
    return new Breach(
        quota, limit, observed, "The %s has %d bytes; %d allowed".formatted(what, observed, limit));
  }
}
