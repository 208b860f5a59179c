package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Scripts whose requests want the system's clock or randomness, which no run can repeat. */
class ChanceTest {

  private static final long THEN = 1_700_000_000_000L;
  private static final Reuse REUSE = new Reuse(1000, 600_000);

  /** The script's clock has whole milliseconds, and those of its start. */
  private static final long CLOCK_LAG_MILLIS = 2;

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  private static long lastNumber;

  @Test
  void theSystemsClockShowsTheTimeInWhateverWayItIsAsked() throws IOException {
    String source =
        """
        export default (input, context) => {
          const format = new Intl.DateTimeFormat('en', { dateStyle: 'full', timeStyle: 'short' });
          const times = [Date.now(), +new Date(), performance.timeOrigin, context.now];
          if ([Date(), format.format()].some((text) => text.includes('2023'))) {
            throw new Error("That is the request's time");
          }
          return times.join(' ');
        };
        """;
    long before = System.currentTimeMillis() - CLOCK_LAG_MILLIS;
    String[] times =
        run(source, Task.Clock.SYSTEM, Task.Randomness.SEEDED).replace("\"", "").split(" ", -1);
    long after = System.currentTimeMillis();
    assertEquals(4, times.length);
    for (String time : times) {
      long millis = Long.parseLong(time);
      assertTrue(before <= millis && millis <= after, before + " " + time + " " + after);
    }
  }

  @Test
  void theSystemsClockGoesOnWhileAScriptComputesByWholeMilliseconds() throws IOException {
    String source =
        """
        export default () => {
          const began = performance.now();
          const start = Date.now();
          while (Date.now() - start < 5);
          const ended = performance.now();
          return [began, ended].every(Number.isInteger) && ended - began >= 5;
        };
        """;
    assertEquals("true", run(source, Task.Clock.SYSTEM, Task.Randomness.SEEDED));
  }

  @Test
  void timersGoByTheSystemsClock() throws IOException {
    String source =
        """
        export default async () => {
          const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
          const start = Date.now();
          while (Date.now() - start < 10);
          await sleep(20);
          const slept = Date.now() - start;
          await new Promise((resolve) => {
            let ticks = 0;
            const id = setInterval(() => {
              if (++ticks === 3) {
                clearInterval(id);
                resolve();
              }
            }, 5);
          });
          const { port1, port2 } = new MessageChannel();
          const heard = new Promise((resolve) => { port2.onmessage = resolve; });
          port1.postMessage(1);
          await heard;
          return [slept >= 30, Date.now() - start >= 45];
        };
        """;
    assertEquals("[true,true]", run(source, Task.Clock.SYSTEM, Task.Randomness.SEEDED));
  }

  @Test
  void theSystemsRandomnessIsAnotherInEachRun() throws IOException {
    String source =
        """
        export default () => {
          const uuid = crypto.randomUUID();
          if (!/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(uuid)) {
            throw new Error(uuid);
          }
          const bytes = crypto.getRandomValues(new Uint8Array(65536));
          const seen = new Set(bytes);
          const numbers = Array.from({ length: 100 }, Math.random);
          return {
            uuid, first: numbers[0], some: bytes.slice(0, 8).join(' '), values: seen.size,
            inRange: numbers.every((n) => n >= 0 && n < 1), then: Date.now(),
          };
        };
        """;
    String one = run(source, Task.Clock.REQUEST, Task.Randomness.SYSTEM);
    String other = run(source, Task.Clock.REQUEST, Task.Randomness.SYSTEM);
    String end = "\"values\":256,\"inRange\":true,\"then\":" + THEN + "}";
    assertTrue(one.endsWith(end), one);
    assertTrue(other.endsWith(end), other);
    for (String member : new String[] {"uuid", "first", "some"}) {
      assertNotEquals(value(one, member), value(other, member));
    }
    assertEquals(
        run(source, Task.Clock.REQUEST, Task.Randomness.SEEDED),
        run(source, Task.Clock.REQUEST, Task.Randomness.SEEDED));
  }

  @Test
  void inAContextThatIsKeptEachExecutionHasWhatItAskedFor() throws IOException {
    String source =
        """
        let calls = 0;
        export default () =>
          [++calls, Date.now(), performance.now(), Math.random(), crypto.randomUUID()].join(' ');
        """;
    String first = run(source, Task.Clock.REQUEST, Task.Randomness.SEEDED, REUSE);
    String second = run(source, Task.Clock.SYSTEM, Task.Randomness.SYSTEM, REUSE);
    String third = run(source, Task.Clock.REQUEST, Task.Randomness.SEEDED, REUSE);
    assertTrue(first.startsWith("\"1 " + THEN + " "), first);
    assertTrue(second.startsWith("\"2 "), second);
    String[] chance = second.split(" ", -1);
    assertTrue(Long.parseLong(chance[1]) > THEN, second);
    assertNotEquals(first.split(" ", -1)[3], chance[3]);
    assertNotEquals(first.split(" ", -1)[4], chance[4]);
    assertEquals(first.replace("\"1 ", "\"3 "), third);
  }

  private static String value(String json, String member) {
    int at = json.indexOf("\"" + member + "\":");
    return json.substring(at, json.indexOf(',', at));
  }

  private static String run(String source, Task.Clock clock, Task.Randomness randomness)
      throws IOException {
    return run(source, clock, randomness, Reuse.NONE);
  }

  /** The output of one run after another of the same request. */
  private static String run(
      String source, Task.Clock clock, Task.Randomness randomness, Reuse reuse) throws IOException {
    Ending ending =
        sandbox
            .run(
                new Task(
                    ++lastNumber,
                    "the same",
                    "tenant",
                    Map.of(),
                    new Script("chance.mjs", Script.Kind.MODULE, source),
                    "null",
                    null,
                    THEN,
                    7,
                    clock,
                    randomness,
                    TestSandbox.LIMITS,
                    reuse))
            .ending();
    return String.valueOf(
        assertInstanceOf(Ending.Succeeded.class, ending, ending::toString).output());
  }
}
