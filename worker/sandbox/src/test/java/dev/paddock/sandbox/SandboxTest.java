package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a script's author sees of a sandbox. All tests share one process, as guests do. */
class SandboxTest {

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  @Test
  void anErrorIsCutToItsBounds() throws IOException {
    String source = "const e = new Error('x'.repeat(50000)); e.name = 'n'.repeat(50000); throw e";
    Ending ending = sandbox.run(source, "null").ending();
    GuestError error = assertInstanceOf(Ending.Failed.class, ending).error();
    assertEquals(200, error.name().length());
    assertEquals(4000, error.message().length());
    assertEquals(16_000, Objects.requireNonNull(error.stack()).length());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "input.amount * 2                                      | 42",
        "input.amount > 100 && input.country === 'NL'          | false",
        "({ a: [1, { toJSON: () => 7 }], u: undefined })       | {\"a\":[1,7]}",
        "Promise.resolve('later')                              | \"later\"",
        "(async () => ({ n: await 1 }))()                      | {\"n\":1}",
        "({ then(resolve) { resolve('thenable') } })           | \"thenable\"",
        "JSON.stringify = () => 'evil'; ({ a: 1 })             | {\"a\":1}",
        "Promise.prototype.then = null; (async () => 4)()      | 4",
        "new Promise(r => setTimeout(r, 3, 'timer'))           | \"timer\"",
        "let s = ''; queueMicrotask(() => s += 'b'); s += 'a'; Promise.resolve().then(() => s) | \"ab\"",
        "setInterval(() => {}, 5); 'done'                      | \"done\"",
        "new Intl.NumberFormat('en').format(1234.5)            | \"1,234.5\"",
        "new Date(0).toString()                                | \"Thu Jan 01 1970 00:00:00 GMT+0000 (GMT+0)\"",
        "class D extends Date {}; new D() instanceof D         | true",
      })
  void theCompletionValueOfAScriptIsItsOutput(String source, String output) throws IOException {
    assertEquals(output, output(sandbox.run(source, "{\"amount\": 21}")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"undefined", "(() => 1)", "Symbol('s')", "let x = 1"})
  void whatJsonCannotSayIsNoOutput(String source) throws IOException {
    assertNull(output(sandbox.run(source, "null")));
  }

  @Test
  void aModulesDefaultExportIsCalledWithInputAndContext() throws IOException {
    String output =
        output(
            sandbox.runModule(
                "export default async (input, context) => ({ input, ...context, executionId: 1 })",
                "[1]"));
    assertEquals(
        "{\"input\":[1],\"executionId\":1,\"tenant\":\"tenant\","
            + "\"labels\":{\"colour\":\"red \\\"quoted\\\"\"},\"now\":1700000000000}",
        output);
  }

  @ParameterizedTest
  @EnumSource
  void whatATaskTellsBesidesIsInTheContextOfModulesAndScripts(Script.Kind kind) throws IOException {
    String source =
        switch (kind) {
          case SCRIPT -> "({ input, ...context })";
          case MODULE -> "export default (input, context) => ({ input, ...context })";
        };
    Script script = new Script("s.mjs", kind, source);
    Task task =
        new Task(
            4,
            "e",
            "t",
            Map.of(),
            script,
            "7",
            "{\"key\":\"}\",\"headers\":{}}",
            5,
            1,
            Task.Clock.REQUEST,
            Task.Randomness.SEEDED,
            TestSandbox.LIMITS,
            Reuse.NONE);
    assertEquals(
        "{\"input\":7,\"executionId\":\"e\",\"tenant\":\"t\",\"labels\":{},\"key\":\"}\","
            + "\"headers\":{},\"now\":5}",
        output(sandbox.run(task)));
  }

  @Test
  void aModuleMayAwaitAtItsTopLevel() throws IOException {
    assertEquals(
        "5",
        output(
            sandbox.runModule(
                "const five = await new Promise((r) => setTimeout(r, 2, 5));"
                    + "export default () => five",
                "null")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "throw new TypeError('bad')                   | TypeError      | bad | 1 | 7",
        "1;\\n  foo.bar                               | ReferenceError | foo is not defined | 2 | 3",
        "let a = 1;\\nlet b = ;                       | SyntaxError    | Expected an operand but found ; | 2 | 9",
        "const o = {}; o.o = o; o                     | TypeError      | Converting circular structure to JSON | 0 | 0",
        "10n                                          | TypeError      | Do not know how to serialize a BigInt | 0 | 0",
        "throw 'text'                                 | Error          | text | 0 | 0",
        "throw null                                   | Error          | null | 0 | 0",
        "Promise.reject(new RangeError('no'))         | RangeError     | no | 1 | 16",
        "({ get a() { throw new Error('getter') } })  | Error          | getter | 1 | 20",
        "setTimeout(() => { throw new Error('in timer') }); new Promise(() => {}) | Error | in timer | 1 | 26",
        "Java.type('java.lang.Runtime')               | ReferenceError | Java is not defined | 1 | 1",
        "constructor.constructor('return process')()  | ReferenceError | process is not defined | 1 | 1",
        "const e = new Error(); Object.defineProperty(e, 'message', { get() { throw 1 } }); throw e | Error | `` | 0 | 0",
      })
  void aScriptThatThrowsFailsWithItsPlace(
      String source, String name, @Nullable String message, int line, int column)
      throws IOException {
    GuestError error = error(sandbox.run(source.replace("\\n", "\n"), "null"));
    assertEquals(name, error.name());
    assertEquals(
        Objects.requireNonNullElse(message, ""), error.message().lines().findFirst().orElse(""));
    assertEquals(line + ":" + column, error.line() + ":" + error.column());
    assertFalse(String.valueOf(error.stack()).contains("java"), error.stack());
    assertFalse(String.valueOf(error.stack()).contains("paddock"), error.stack());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "export default 1 +;                              | SyntaxError | 1 | 19",
        "export const x = 1                               | TypeError   | 0 | 0",
        "throw new Error('top'); export default () => 1   | Error       | 1 | 7",
        "await null;\\nthrow new Error('late')            | Error       | 2 | 7",
        "await new Promise(r => setTimeout(r)); throw new Error('later') | Error | 1 | 46",
      })
  void aModuleThatThrowsFailsWithItsPlace(String source, String name, int line, int column)
      throws IOException {
    GuestError error = error(sandbox.runModule(source.replace("\\n", "\n"), "null"));
    assertEquals(name, error.name(), error.message());
    assertEquals(line + ":" + column, error.line() + ":" + error.column(), error.message());
    assertFalse(error.message().contains("java."), error.message());
  }

  @Test
  void consoleLinesComeBackInOrderWithTheirLevels() throws IOException {
    Answer answer =
        sandbox.run(
            "console.log('a', 1, { b: [2] }, null, undefined, 3n); console.warn('w');"
                + "console.error(new Error('e').message); console.debug(); 1",
            "null");
    assertEquals(
        List.of("a 1 {\"b\":[2]} null undefined 3n", "w", "e", ""),
        answer.logs().stream().map(LogLine::message).toList());
    assertEquals(
        List.of(LogLine.Level.INFO, LogLine.Level.WARN, LogLine.Level.ERROR, LogLine.Level.DEBUG),
        answer.logs().stream().map(LogLine::level).toList());
    assertFalse(answer.logsTruncated());
  }

  @Test
  void logsAreCutAtTheirQuotaAndMarked() throws IOException {
    Limits limits = new Limits(20_000, 20_000, 32 << 20, 4 << 20, 1000, 10, 1000, 10);
    Answer answer =
        sandbox.run(
            script("console.log('1234567'); console.log('89é!'); console.log('never'); 1"),
            "null",
            limits);
    assertEquals(List.of("1234567", "89"), answer.logs().stream().map(LogLine::message).toList());
    assertTrue(answer.logsTruncated());
  }

  @Test
  void whatOneExecutionLeavesBehindTheNextDoesNotSee() throws IOException {
    sandbox.run(
        "globalThis.leak = 1; Array.prototype.leak = 1; Object.prototype.leak = 1;"
            + "JSON.parse = null; Promise.prototype.then = null; setTimeout(() => {}, 1e6);"
            + "Object.freeze(Math); 0",
        "null");
    assertEquals(
        "[\"undefined\",\"undefined\",\"function\",false]",
        output(
            sandbox.run(
                "[typeof leak, typeof [].leak, typeof JSON.parse, Object.isFrozen(Math)]",
                "null")));
  }

  @Test
  void theSameTaskDrawsTheSameNumbersAndStartsAtTheSameTime() throws IOException {
    String source = "[Math.random(), Math.random(), Math.floor(new Date().getTime() / 60000)]";
    Task task = task(source, 42);
    String first = output(sandbox.run(task));
    assertEquals(first, output(sandbox.run(task)));
    assertNotEquals(first, output(sandbox.run(task(source, 43))));
  }

  @Test
  void theSandboxEndsWithItsInput() throws Exception {
    try (TestSandbox other = new TestSandbox()) {
      other.process().getOutputStream().close();
      assertTrue(other.process().waitFor(20, TimeUnit.SECONDS), "it must end by itself");
      assertEquals(0, other.process().exitValue());
    }
  }

  private static Script script(String source) {
    return new Script("script.js", Script.Kind.SCRIPT, source);
  }

  private static Task task(String source, long seed) {
    return new Task(
        seed,
        "same",
        "tenant",
        Map.of(),
        script(source),
        "null",
        1_700_000_000_000L,
        seed,
        TestSandbox.LIMITS);
  }

  private static @Nullable String output(Answer answer) {
    return assertInstanceOf(Ending.Succeeded.class, answer.ending()).output();
  }

  private static GuestError error(Answer answer) {
    return assertInstanceOf(Ending.Failed.class, answer.ending()).error();
  }
}
