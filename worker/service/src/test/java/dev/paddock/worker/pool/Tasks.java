package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Tasks for tests. */
final class Tasks {

  static final Limits LIMITS = new Limits(500, 20_000, 16 << 20, 4 << 20, 10_000, 1000, 1000, 100);

  private static final AtomicLong LAST_NUMBER = new AtomicLong();

  private Tasks() {}

  static Task script(String source) {
    return script(source, LIMITS);
  }

  static Task script(String source, Limits limits) {
    return of(new Script("script.js", Script.Kind.SCRIPT, source), "null", limits);
  }

  /** A module that may go on in its last context, and counts how often it did. */
  static Task counting(String name) {
    Script script =
        new Script(
            name + ".mjs",
            Script.Kind.MODULE,
            "let calls = 0; export default () => ['" + name + "', ++calls];");
    return new Task(
        LAST_NUMBER.incrementAndGet(),
        "execution",
        "tenant",
        Map.of(),
        script,
        "null",
        null,
        0,
        0,
        Task.Clock.REQUEST,
        Task.Randomness.SEEDED,
        LIMITS,
        new Reuse(100, 600_000));
  }

  /** A script with the system's clock and randomness. */
  static Task ofSystem(String source) {
    return new Task(
        LAST_NUMBER.incrementAndGet(),
        "execution",
        "tenant",
        Map.of(),
        new Script("script.js", Script.Kind.SCRIPT, source),
        "null",
        null,
        0,
        0,
        Task.Clock.SYSTEM,
        Task.Randomness.SYSTEM,
        LIMITS,
        Reuse.NONE);
  }

  static Task of(Script script, String input, Limits limits) {
    return numbered(LAST_NUMBER.incrementAndGet(), script, input, limits);
  }

  static Task numbered(long number, Script script, String input, Limits limits) {
    return new Task(number, "execution", "tenant", Map.of(), script, input, 0, 0, limits);
  }
}
