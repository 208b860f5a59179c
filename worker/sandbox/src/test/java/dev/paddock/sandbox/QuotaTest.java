package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Script;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every quota stops what goes beyond it, and the sandbox goes on. */
class QuotaTest {

  private static final Limits LIMITS = limits(400, 60_000);

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  private static Limits limits(long cpuMillis, long wallMillis) {
    return new Limits(cpuMillis, wallMillis, 16 << 20, 4 << 20, 1000, 1000, 1000, 50);
  }

  /** Patient with all but one quota, so that a busy machine does not turn one into another. */
  private static Limits limits(Quota quota) {
    return limits(
        quota == Quota.CPU_TIME ? 400 : 20_000, quota == Quota.WALL_TIME ? 1_000 : 60_000);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "CPU_TIME         | for (;;);",
        "CPU_TIME         | (function f() { Promise.resolve().then(f) })(); new Promise(() => {})",
        "CPU_TIME         | ({ toJSON() { for (;;); } })",
        "CPU_TIME         | ({ get a() { for (;;); } })",
        "CPU_TIME         | throw { toString() { for (;;); } }",
        "STACK            | (function deeper() { return 1 + deeper(); })()",
        "ASYNC_OPERATIONS | for (;;) new Promise(() => {})",
        "ASYNC_OPERATIONS | const t = { then() {} };"
            + " Array.from({ length: 1000 }, () => new Promise(r => r(t))).length",
        "ASYNC_OPERATIONS | (async () => { for (let n = 0; n < 1000; n++) {"
            + " new Promise(() => {}); await new Promise(r => r({ then(f) { f(1) } })); } })()",
        "LOG_LINES        | for (;;) console.log('')",
        "LOG_SIZE         | for (;;) console.log('x'.repeat(900))",
        "CPU_TIME         | console.log({ toJSON() { for (;;); } })",
        "CPU_TIME         | ({ get then() { for (;;); } })",
        "CPU_TIME         | try { for (;;); } catch { 1 } finally { for (;;); }",
        "WALL_TIME        | new Promise(r => setTimeout(r, 1e6))",
        "WALL_TIME        | new Promise(() => {})",
        "OUTPUT_SIZE      | 'x'.repeat(999)",
        "OUTPUT_SIZE      | '\u00e9'.repeat(600)",
        "ASYNC_OPERATIONS | for (;;) setTimeout(() => {}, 1e6)",
        "ASYNC_OPERATIONS | (function f() { setTimeout(f); setTimeout(f) })(); new Promise(() => {})",
      })
  void aScriptBeyondItsQuotaIsStopped(Quota quota, String source) throws IOException {
    Breach breach = breach(run(source, limits(quota)));
    assertEquals(quota, breach.quota(), breach.message());
    assertEquals("3", output(run("1 + 2", LIMITS)), "the sandbox goes on");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "const a = []; for (;;) a.push({})",
        "const a = []; for (;;) a.push(new Array(1000).fill(1))",
        "const a = []; for (;;) a.push(new Uint8Array(65536))",
        "const m = new Map(); for (let i = 0; ; i++) m.set(i, { i })",
        "const f = []; for (;;) f.push(() => f)",
        "let o = {}; for (let i = 0; ; i++) o['k' + i] = i",
        "new ArrayBuffer(2 ** 29)",
      })
  void memoryThatIsRetainedIsStopped(String source) throws IOException {
    Answer answer =
        run(source, new Limits(20_000, 20_000, 16 << 20, 4 << 20, 1000, 1000, 1000, 50));
    Breach breach = breach(answer);
    assertEquals(Quota.HEAP, breach.quota(), breach.message());
    assertEquals(16 << 20, breach.limit());
    assertTrue(breach.observed() > breach.limit(), breach.message());
    if (answer.last()) {
      sandbox.replace();
    }
    assertEquals("3", output(run("1 + 2", LIMITS)));
  }

  @Test
  void memoryThatIsRetainedWhereItWasAllocatedIsStopped() throws IOException {
    Limits limits = new Limits(20_000, 20_000, 8 << 20, 4 << 20, 1000, 1000, 1000, 50);
    Breach breach =
        breach(
            run(
                "const a = []; for (let i = 0; i < 150; i++) a.push(new Uint8Array(100000));"
                    + "new Promise(r => setTimeout(r, 500, a.length))",
                limits));
    assertEquals(Quota.HEAP, breach.quota(), breach.message());
    assertTrue(breach.observed() > breach.limit(), breach.message());
  }

  @Test
  void garbageOfOthersIsNeitherChargedToAScriptNorTakenOff() throws IOException {
    Limits large = new Limits(20_000, 20_000, 64 << 20, 4 << 20, 1000, 1000, 1000, 50);
    Limits limits = new Limits(20_000, 20_000, 8 << 20, 4 << 20, 1000, 1000, 1000, 50);
    for (int round = 0; round < 6; round++) {
      String old =
          "const a = []; for (let i = 0; i < 600; i++) {"
              + " const b = new Uint8Array(100000); if (i % 3 === 0) a.push(b); } a.length";
      assertEquals("200", output(run(old, large)));
      Breach breach =
          breach(
              run(
                  "const a = []; for (let i = 0; i < 120; i++) a.push(new Uint8Array(100000));"
                      + "new Promise(r => setTimeout(r, 5000, a.length))",
                  limits));
      assertEquals(Quota.HEAP, breach.quota(), breach.message());
      assertEquals(12e6, (double) breach.observed(), 1e6, breach.message());
    }
  }

  @Test
  void whatAStoppedScriptRetainedIsFreeForTheNext() throws IOException {
    Limits limits = new Limits(3000, 20_000, 80 << 20, 4 << 20, 1000, 1000, 1000, 50);
    String half = "const a = []; for (let i = 0; i < 60; i++) a.push(new ArrayBuffer(1 << 20));";
    assertEquals(Quota.CPU_TIME, breach(run(half + "for (;;);", limits)).quota());
    assertEquals("60", output(run(half + "a.length", limits)), "both do not fit into the heap");
  }

  @Test
  void aRequestMayAskForASmallerOrALargerStack() throws IOException {
    String source = "(function deep(n) { return n === 0 ? 0 : 1 + deep(n - 1); })(%d)";
    assertEquals("10000", output(run(source.formatted(10000), withStack(16 << 20))));
    Breach tooDeep = breach(run("\n" + source.formatted(10000), withStack(1 << 20)));
    assertEquals(Quota.STACK, tooDeep.quota());
    assertTrue(tooDeep.message().contains("at line 2"), tooDeep.message());
    assertEquals("500", output(run(source.formatted(500), withStack(1 << 20))));
    assertEquals("500", output(run(source.formatted(500), LIMITS)), "back on the usual stack");
  }

  @Test
  void aScriptMayCatchWhatItsStackRefuses() throws IOException {
    String source =
        "function deeper() { deeper(); } try { deeper() } catch (e) { e instanceof RangeError }";
    assertEquals("true", output(run(source, LIMITS)));
  }

  private static Limits withStack(long bytes) {
    return new Limits(20_000, 20_000, 16 << 20, bytes, 1000, 1000, 1000, 50);
  }

  @Test
  void garbageIsNotCharged() throws IOException {
    Limits limits = new Limits(20_000, 20_000, 16 << 20, 4 << 20, 1000, 1000, 1000, 50);
    Answer answer =
        run(
            "let n = 0; for (let i = 0; i < 3000; i++) n += new Array(5000).fill(i).length; n",
            limits);
    assertEquals("15000000", output(answer));
    assertTrue(answer.usage().allocatedBytes() > 50_000_000, answer.usage().toString());
  }

  @Test
  void theFirstToNeedTheTablesOfDomainsIsNotChargedForTheirParsing() throws IOException {
    // Only a domain like this needs the tables, some MiB when they are parsed.
    String source =
        "new URL('http://b\\u00fccher.example').host;"
            + " const a = []; for (let i = 0; i < 8; i++) a.push(new ArrayBuffer(1 << 20));"
            + " let n = 0; for (let i = 0; i < 3000; i++) n += new Array(5000).fill(i).length; n";
    Script script = new Script("touches.js", Script.Kind.SCRIPT, source);
    Limits limits = new Limits(20_000, 20_000, 12 << 20, 4 << 20, 1000, 1000, 1000, 50);
    try (TestSandbox own = new TestSandbox()) {
      Answer first = own.run(script, "null", limits);
      Answer second = own.run(script, "null", limits);
      assertEquals("15000000", output(first));
      assertEquals("15000000", output(second));
      long parsing = first.usage().allocatedBytes() - second.usage().allocatedBytes();
      assertTrue(parsing < second.usage().allocatedBytes() / 4, first + " " + second);
    }
  }

  @Test
  void whatIsRetainedBelowTheQuotaIsLeftAlone() throws IOException {
    Limits limits = new Limits(20_000, 20_000, 32 << 20, 4 << 20, 1000, 1000, 1000, 50);
    assertEquals(
        "100",
        output(
            run(
                "const a = []; for (let i = 0; i < 100; i++) a.push(new Uint8Array(100000));"
                    + "a.length",
                limits)));
  }

  @Test
  void aGuestThatCannotBeStoppedEndsItsSandbox() throws Exception {
    try (TestSandbox own = new TestSandbox()) {
      Script script = new Script("bomb.js", Script.Kind.SCRIPT, "10n ** 50000000n");
      assertThrows(IOException.class, () -> own.run(script, "null", LIMITS));
      assertTrue(own.process().waitFor(20, TimeUnit.SECONDS), "it must end by itself");
      assertEquals(TaskLoop.UNSTOPPABLE, own.process().exitValue());
      assertEquals(1, own.stoppings().size(), "the worker is told first");
      assertEquals(Quota.CPU_TIME, own.stoppings().getFirst().breach().quota());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "INPUT_SIZE,  '[\"éééé\"]', 12, 100, 12",
    "INPUT_SIZE,  '[\"éééé\"]', 11, 100, 12",
    "SOURCE_SIZE, 'null',       100,  14, 14",
    "SOURCE_SIZE, 'null',       100,  13, 14",
  })
  void whatTheWorkerShouldNotHaveLetPassDoesNotRun(
      Quota quota, String input, long inputBytes, long sourceBytes, long bytes) throws IOException {
    Limits limits =
        new Limits(
            20_000, 20_000, 16 << 20, 4 << 20, 1000, 1000, 1000, 50, inputBytes, sourceBytes);
    Script script = new Script("size.js", Script.Kind.SCRIPT, "'ran' + 1 //é");
    Answer answer = sandbox.run(script, input, limits);
    long limit = quota == Quota.INPUT_SIZE ? inputBytes : sourceBytes;
    if (bytes <= limit) {
      assertEquals("\"ran1\"", output(answer));
      return;
    }
    Breach breach = breach(answer);
    assertEquals(quota, breach.quota());
    assertEquals(limit, breach.limit());
    assertEquals(bytes, breach.observed());
    assertFalse(answer.last(), "the sandbox goes on");
  }

  @Test
  void aScriptThatWaitsForWhatCannotComeIsEndedAtOnce() throws IOException {
    Breach breach = breach(run("new Promise(() => {})", LIMITS));
    assertEquals(Quota.WALL_TIME, breach.quota());
    assertTrue(breach.observed() < breach.limit() / 2, breach.toString());
    assertTrue(breach.message().contains("nothing can settle"), breach.message());
  }

  @Test
  void theWorkerIsToldOfABreachOnce() throws IOException {
    try (TestSandbox own = new TestSandbox()) {
      Script script = new Script("loop.js", Script.Kind.SCRIPT, "for (;;);");
      for (int i = 1; i <= 3; i++) {
        assertFalse(own.run(script, "null", LIMITS).last());
        assertEquals(i, own.stoppings().size());
      }
    }
  }

  private static Answer run(String source, Limits limits) throws IOException {
    return sandbox.run(new Script("script.js", Script.Kind.SCRIPT, source), "null", limits);
  }

  private static Breach breach(Answer answer) {
    return assertInstanceOf(Ending.Stopped.class, answer.ending()).breach();
  }

  private static String output(Answer answer) {
    return String.valueOf(assertInstanceOf(Ending.Succeeded.class, answer.ending()).output());
  }
}
