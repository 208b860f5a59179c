package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What executions of one script share where they ask for it, and that nobody else does. */
class ReuseTest {

  private static final Reuse REUSE = new Reuse(1000, 600_000);

  /** Counts its evaluations and its calls, in its module and in the globals. */
  private static final String COUNTING =
      """
      let calls = 0;
      globalThis.evaluations = (globalThis.evaluations ?? 0) + 1;
      export default (input) => {
        if (input?.fail) { throw new Error('as asked'); }
        if (input?.loop) { for (;;); }
        return [globalThis.evaluations, ++calls];
      };
      """;

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  private static long lastNumber;

  private static Answer run(String tenant, String source, String input, Limits limits, Reuse reuse)
      throws IOException {
    long number = ++lastNumber;
    return sandbox.run(
        new Task(
            number,
            "execution-" + number,
            tenant,
            Map.of(),
            new Script("module.mjs", Script.Kind.MODULE, source),
            input,
            null,
            1_700_000_000_000L + number * 60_000,
            number,
            Task.Clock.REQUEST,
            Task.Randomness.SEEDED,
            limits,
            reuse));
  }

  private static Answer run(String source, String input) throws IOException {
    return run("tenant", source, input, TestSandbox.LIMITS, REUSE);
  }

  private static String output(Answer answer) {
    return String.valueOf(assertInstanceOf(Ending.Succeeded.class, answer.ending()).output());
  }

  private static String count(String tenant, Reuse reuse) throws IOException {
    return output(run(tenant, COUNTING, "null", TestSandbox.LIMITS, reuse));
  }

  @Test
  void aModuleIsEvaluatedOnceAndItsFunctionCalledForEachExecution() throws Exception {
    String source = COUNTING + "// once";
    assertEquals("[1,1]", output(run(source, "null")));
    assertEquals("[1,2]", output(run(source, "null")));
    assertEquals("[1,3]", output(run(source, "null")));
  }

  @Test
  void withoutReuseEveryContextIsFresh() throws Exception {
    assertEquals("[1,1]", count("fresh", Reuse.NONE));
    assertEquals("[1,1]", count("fresh", Reuse.NONE));
    assertEquals("[1,1]", count("fresh", REUSE));
    assertEquals("[1,1]", count("fresh", Reuse.NONE), "what is kept is for those who ask for it");
  }

  @Test
  void anotherTenantOrAnotherSourceHasAContextOfItsOwn() throws Exception {
    assertEquals("[1,1]", count("one", REUSE));
    assertEquals("[1,1]", count("other", REUSE));
    assertEquals("[1,1]", count("one", REUSE), "no context outlives another script's turn");
    assertEquals("[1,1]", output(run("one", COUNTING + " ", "null", TestSandbox.LIMITS, REUSE)));
  }

  @Test
  void aContextIsLeftAfterItsNumberOfCalls() throws Exception {
    Reuse twice = new Reuse(2, 600_000);
    assertEquals("[1,1]", count("twice", twice));
    assertEquals("[1,2]", count("twice", twice));
    assertEquals("[1,1]", count("twice", twice));
  }

  @Test
  void aContextIsLeftAtItsAge() throws Exception {
    Reuse old = new Reuse(1000, 0);
    assertEquals("[1,1]", count("old", old));
    assertEquals("[1,1]", count("old", old));
  }

  @Test
  void anErrorKeepsTheContextAndAViolationDoesNot() throws Exception {
    String source = COUNTING + "// errors";
    Limits brief = limits(200, 32L << 20);
    assertEquals("[1,1]", output(run(source, "null")));
    assertInstanceOf(Ending.Failed.class, run(source, "{\"fail\":true}").ending());
    assertEquals("[1,2]", output(run(source, "null")));
    assertInstanceOf(
        Ending.Stopped.class, run("tenant", source, "{\"loop\":true}", brief, REUSE).ending());
    assertEquals("[1,1]", output(run(source, "null")));
  }

  @Test
  void aModuleThatCannotBeEvaluatedIsTriedAgain() throws Exception {
    String source =
        """
        if (Math.random() === %s) { throw new Error('not yet'); }
        export default () => 1;
        """
            .formatted(firstRandomOf(lastNumber + 2));
    assertInstanceOf(Ending.Failed.class, run(source, "null").ending());
    assertEquals("1", output(run(source, "null")));
  }

  /** What an execution with this number draws, which takes one execution. */
  private static String firstRandomOf(long number) throws IOException {
    Task task =
        new Task(
            ++lastNumber,
            "draws",
            "tenant",
            Map.of(),
            new Script("draw.js", Script.Kind.SCRIPT, "Math.random()"),
            "null",
            0,
            number,
            TestSandbox.LIMITS);
    return output(sandbox.run(task));
  }

  @Test
  void eachExecutionHasItsOwnClockRandomnessAndContext() throws Exception {
    String source =
        """
        export default (input, context) =>
          [Date.now() - context.now < 1000, context.executionId, Math.random(),
            performance.now() < 1000, performance.timeOrigin === context.now];
        """;
    for (int run = 0; run < 3; run++) {
      long number = lastNumber + 1;
      String output = output(run(source, "null"));
      // The same execution in a fresh context.
      lastNumber = number - 1;
      assertEquals(output(run("other", source, "null", TestSandbox.LIMITS, Reuse.NONE)), output);
      assertEquals("[true,\"execution-" + number, output.substring(0, output.indexOf('"', 7)));
    }
  }

  @Test
  void whatAnExecutionLeavesPendingNeverRunsInALaterOne() throws Exception {
    String source =
        """
        let late = 0;
        setInterval(() => late++, 1);
        export default async (input) => {
          setTimeout(() => late++, 1);
          const { port1, port2 } = new MessageChannel();
          port2.onmessage = () => late++;
          port1.postMessage(1);
          if (input) { await new Promise((resolve) => setTimeout(resolve, 30)); }
          return late;
        };
        """;
    assertEquals("0", output(run(source, "null")));
    assertEquals("0", output(run(source, "null")));
    assertEquals("2", output(run(source, "1")), "its own timer and message alone");
  }

  @Test
  void anExecutionThatWasOverHasNoSayInALaterOne() throws Exception {
    String source =
        """
        let resolveEarlier;
        export default (input) => {
          if (input === 'first') {
            const target = new EventTarget();
            target.addEventListener('x', () => { throw new Error('ends the first'); });
            target.dispatchEvent(new Event('x'));
            return new Promise((resolve) => { resolveEarlier = resolve; });
          }
          resolveEarlier?.('the first, late');
          return new Promise((resolve) => setTimeout(() => resolve('the second'), 20));
        };
        """;
    assertInstanceOf(Ending.Failed.class, run(source, "\"first\"").ending());
    assertEquals("\"the second\"", output(run(source, "\"second\"")));
  }

  @Test
  void memoryThatCallsAddUpIsChargedAndFreedWithTheContext() throws Exception {
    String source =
        """
        const kept = [];
        export default () => { kept.push(new Array(1 << 17).fill(kept.length)); return kept.length; };
        """;
    Limits limits = limits(20_000, 16L << 20);
    int calls = 0;
    Ending last = new Ending.Succeeded("0");
    while (last instanceof Ending.Succeeded && calls < 100) {
      last = run("tenant", source, "null", limits, REUSE).ending();
      calls++;
    }
    assertEquals(Quota.HEAP, assertInstanceOf(Ending.Stopped.class, last).breach().quota());
    assertEquals("1", output(run("tenant", source, "null", limits, REUSE)));
  }

  @Test
  void littleThatCallsAddUpIsChargedWhereItWasAllocated() throws Exception {
    String source =
        """
        const kept = [];
        export default () => {
          kept.push(new Uint8Array(1 << 20));
          return new Promise((resolve) => setTimeout(resolve, 100, kept.length));
        };
        """;
    Limits limits = limits(20_000, 8L << 20);
    int calls = 0;
    Ending last = new Ending.Succeeded("0");
    while (last instanceof Ending.Succeeded && calls < 12) {
      last = run("tenant", source, "null", limits, REUSE).ending();
      calls++;
    }
    assertEquals(Quota.HEAP, assertInstanceOf(Ending.Stopped.class, last).breach().quota());
  }

  @Test
  void anotherStackIsAnotherThreadAndTheSameContext() throws Exception {
    String source = COUNTING + "// stack";
    Limits usual = TestSandbox.LIMITS;
    Limits small =
        new Limits(
            usual.cpuMillis(),
            usual.wallMillis(),
            usual.heapBytes(),
            1 << 20,
            usual.outputBytes(),
            usual.logBytes(),
            usual.logLines(),
            usual.asyncOperations());
    assertEquals("[1,1]", output(run("tenant", source, "null", usual, REUSE)));
    assertEquals("[1,2]", output(run("tenant", source, "null", small, REUSE)));
    assertEquals("[1,3]", output(run("tenant", source, "null", usual, REUSE)));
  }

  private static Limits limits(long cpuMillis, long heapBytes) {
    return new Limits(cpuMillis, 20_000, heapBytes, 4 << 20, 512 << 10, 64 << 10, 1000, 1000);
  }
}
