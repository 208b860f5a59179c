package dev.paddock.sandbox;

import dev.paddock.sandbox.guest.Guest;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Real executions, so that loading and compiling the engine is not charged to the first guests:
 * what loads it before the first task, and what makes it fast while there is none.
 */
final class WarmUp {

  /** Scripts run while there is no task; a sandbox that is never idle gets as warm by its tasks. */
  private static final int IDLE_RUNS = 20;

  /** Enough for the engine to have specialized whatever it specializes, by classes of its own. */
  private static final int TRAINING_ROUNDS = 40;

  /** An eighth of the usual, whose end takes a tenth of a second longer to reach. */
  private static final long SMALL_STACK_BYTES = 512 << 10;

  /** No quota on time: how long a start may take is the worker's to say. */
  private static final long NO_TIME_LIMIT_MILLIS = Duration.ofDays(1).toMillis();

  private static final Limits LIMITS =
      new Limits(
          NO_TIME_LIMIT_MILLIS,
          NO_TIME_LIMIT_MILLIS,
          64L << 20,
          4 << 20,
          1 << 20,
          1 << 16,
          1000,
          1 << 20);

  private static final List<Script> SCRIPTS =
      List.of(
          new Script(
              "warm-up.js",
              Script.Kind.SCRIPT,
              """
              console.log('total', input.items.length);
              input.items.filter(i => i.price > 2 && /^[a-z]+/.test(i.name))
                .map(i => ({ ...i, total: i.price * i.count }))
                .reduce((sum, i) => sum + i.total, 0) + Math.random() + new Date().getTime()
              """),
          new Script(
              "warm-up.mjs",
              Script.Kind.MODULE,
              """
              const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
              export default async (input, context) => {
                await sleep(0);
                const byName = new Map(input.items.map((i) => [i.name, i]));
                return { names: [...byName.keys()].sort(), now: context.now };
              };
              """),
          new Script(
              "warm-up.js",
              Script.Kind.SCRIPT,
              """
              String(new Date()) + new Date().toLocaleString('en') + (1234.5).toLocaleString('en')
                + ['b', 'a'].sort((a, b) => a.localeCompare(b))
              """),
          new Script("warm-up.js", Script.Kind.SCRIPT, "throw new TypeError('as expected')"));

  /**
   * Touches every part of the world that is made when first touched; not the large tables of tr46.
   * Run with the system's randomness, whose source cannot be opened later.
   */
  private static final Script WORLD =
      new Script(
          "warm-up.js",
          Script.Kind.SCRIPT,
          """
          const { port1, port2 } = new MessageChannel();
          const { signal } = new AbortController();
          const bytes = new TextEncoder().encode(atob(btoa('oats')));
          structuredClone({ at: new URL('http://hay.example/?a=b').searchParams.get('a') });
          console.info('%s', crypto.randomUUID(), performance.now(), signal.aborted);
          new Intl.DateTimeFormat('en').format();
          new TextDecoder('latin1').decode(bytes) + new TextDecoder().decode(bytes);
          new Promise((resolve, reject) => {
            port2.onmessage = () => crypto.subtle.digest('SHA-256', bytes).then(() => resolve(), reject);
            port1.postMessage(new DOMException('as expected').name);
          })
          """);

  /**
   * A class that is first loaded where the stack ends can never be again. Once, for its price, and
   * on a small stack.
   */
  private static final Script DEEP =
      new Script(
          "warm-up.js",
          Script.Kind.SCRIPT,
          """
              const rejects = async () => { throw new Error('as expected'); };
              const deeper = () => deeper();
              const deeperAsync = async () => { await deeperAsync(); };
              new Promise((_, reject) => reject(new Error('as expected'))).catch(() => 0);
              Promise.allSettled([rejects(), Promise.reject(1), Promise.any([rejects()])])
                .finally(() => { try { deeper(); } catch (e) { return String(e.stack); } })
                .then(() => deeperAsync()).catch((e) => e.name)
              """);

  private static final String INPUT =
      """
      {"items":[{"name":"oats","price":2.5,"count":3},{"name":"hay","price":1.5,"count":9}]}
      """;

  private final Guest guest;
  private int idleRuns;

  WarmUp(Guest guest) {
    this.guest = guest;
  }

  /** Loads the engine: every script once. */
  void load() {
    SCRIPTS.forEach(this::run);
    runWorld();
    runDeep();
  }

  /**
   * One script more, for a sandbox that has nothing else to do.
   *
   * @return whether there is any use in another
   */
  boolean runWhileIdle() {
    run(SCRIPTS.get(idleRuns % SCRIPTS.size()));
    return ++idleRuns < IDLE_RUNS;
  }

  /** For the start cache. */
  void train() {
    for (int round = 0; round < TRAINING_ROUNDS; round++) {
      SCRIPTS.forEach(this::run);
      runWorld();
    }
    runDeep();
  }

  private void run(Script script) {
    run(script, Task.Clock.REQUEST, Task.Randomness.SEEDED);
  }

  private void runDeep() {
    CompletableFuture.runAsync(
            () -> run(DEEP), work -> new Thread(null, work, "guest", SMALL_STACK_BYTES).start())
        .join();
  }

  private void runWorld() {
    run(WORLD, Task.Clock.SYSTEM, Task.Randomness.SYSTEM);
  }

  private void run(Script script, Task.Clock clock, Task.Randomness randomness) {
    guest.run(
        new Task(
            -1,
            "warm-up",
            "warm-up",
            Map.of(),
            script,
            INPUT,
            null,
            0,
            0,
            clock,
            randomness,
            LIMITS,
            Reuse.NONE));
  }
}
