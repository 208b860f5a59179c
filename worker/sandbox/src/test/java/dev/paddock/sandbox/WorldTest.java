package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the globals that are not the language's own do. */
class WorldTest {

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "new URL('../b?x=1&y=é#h', 'https://u:p@EXAMPLE.com:443/a/c').href | \"https://u:p@example.com/b?x=1&y=%C3%A9#h\"",
        "new URL('http://ünï.example/').host                   | \"xn--n-nga1b.example\"",
        "new URL('http://faß.de/').host                        | \"xn--fa-hia.de\"",
        "new URL('http://0x7f.1/').host                        | \"127.0.0.1\"",
        "[URL.canParse('x'), URL.canParse('http://xn--/'), URL.parse('y')] | [false,false,null]",
        "const p = new URLSearchParams({ a: '1 2' }); p.append('b', 'é'); [String(p), [...p]] | [\"a=1+2&b=%C3%A9\",[[\"a\",\"1 2\"],[\"b\",\"é\"]]]",
        "const u = new URL('http://x/'); u.searchParams.set('q', '&'); u.pathname = 'a b'; u.href | \"http://x/a%20b?q=%26\"",
      })
  void urlsAreReadAsTheUrlStandardSays(String source, String output) throws IOException {
    assertEquals(output, output(source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[...new TextEncoder().encode('aé€😀')]               | [97,195,169,226,130,172,240,159,152,128]",
        "[...new TextEncoder().encode('\\ud800x\\udc00')]     | [239,191,189,120,239,191,189]",
        "[new TextEncoder().encode().length, new TextEncoder().encode(null).length] | [0,4]",
        "new TextEncoder().encode('é'.repeat(1000)).every((b, i) => b === [195, 169][i % 2]) | true",
        "const a = new Uint8Array(8); [new TextEncoder().encodeInto('aé😀', a.subarray(2, 7)), ...a] | [{\"read\":2,\"written\":3},0,0,97,195,169,0,0,0]",
        "decode([97, 195, 169, 240, 159, 152, 128])            | \"aé😀\"",
        "decode([0xEF, 0xBB, 0xBF, 97])                        | \"a\"",
        "decode([0xEF, 0xBB, 0xBF, 97], 'utf8', { ignoreBOM: true }).length | 2",
        // How many characters stand for malformed bytes, as Node has it.
        "marks([0xF0, 0x80, 0x80, 0x80])                       | 4",
        "marks([0xED, 0xA0, 0x80])                             | 3",
        "marks([0xED, 0xA0])                                   | 2",
        "marks([0xE1, 0x80])                                   | 1",
        "marks([0xE1, 0x80, 0x41])                             | 1",
        "marks([0xC0, 0xAF])                                   | 2",
        "marks([0xF4, 0x90, 0x80, 0x80])                       | 4",
        "marks([0xF0, 0x90, 0x80])                             | 1",
        "marks([0xFF, 0xFE, 0x80])                             | 3",
        "decode([0x3D, 0xD8, 0x00, 0xDE], 'utf-16le')          | \"😀\"",
        "marks([0x3D, 0xD8, 0x41, 0x00], 'utf-16')             | 1",
        "decode([0x3D, 0xD8, 0x41, 0x00], 'utf-16').length     | 2",
        "marks([0x00, 0xDC, 0x41], 'utf-16')                   | 2",
        "decode([0xD8, 0x3D, 0xDE, 0x00], 'utf-16be')          | \"😀\"",
        "decode([0x80, 0xE9, 0x81], ' Latin1 ') === '€é\\u0081' | true",
        "new TextDecoder('ASCII').encoding                     | \"windows-1252\"",
        "const d = new TextDecoder(); [[0xF0], [0x9F, 0x98], [0x80, 0x21, 0xC3]].map(b => d.decode(new Uint8Array(b), { stream: true })).concat(d.decode()) | [\"\",\"\",\"😀!\",\"�\"]",
        "const d = new TextDecoder(); [d.decode(new Uint8Array([0xEF, 0xBB]), { stream: true }), d.decode(new Uint8Array([0xBF, 97]))] | [\"\",\"a\"]",
        "new TextDecoder().decode(new DataView(new Uint8Array([1, 65, 66]).buffer, 1, 1)) | \"A\"",
        "new TextDecoder().decode(new Uint16Array([0x4241]))   | \"AB\"",
        "[btoa('hé'), atob(' aGk '), atob('/+8=').length]      | [\"aOk=\",\"hi\",2]",
      })
  void textBecomesBytesAndBack(String source, String output) throws IOException {
    String setting =
        """
        const decode = (bytes, label, options) =>
          new TextDecoder(label, options).decode(new Uint8Array(bytes));
        const marks = (bytes, label) => decode(bytes, label).split('\\ufffd').length - 1;
        """;
    assertEquals(output, output(setting + source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "const o = { m: new Map([[{ k: 1 }, new Set([1])]]), d: new Date(5), r: /x/gi }; o.o = o; const c = structuredClone(o); [c !== o, c.o === c, [...c.m][0][0].k, [...c.m][0][1].has(1), c.d.getTime(), String(c.r)] | [true,true,1,true,5,\"/x/gi\"]",
        "const c = structuredClone([new Float32Array([1.5]), new Uint8Array([7]).buffer, new DataView(new ArrayBuffer(2)), 5n, , null]); [c[0][0], new Uint8Array(c[1])[0], c[2].byteLength, typeof c[3], 4 in c, c[5]] | [1.5,7,2,\"bigint\",false,null]",
        "const e = structuredClone(new RangeError('r', { cause: 1 })); [e instanceof RangeError, e.message, e.cause] | [true,\"r\",1]",
        "const b = new ArrayBuffer(4); const c = structuredClone({ b }, { transfer: [b] }); [b.byteLength, c.b.byteLength] | [0,4]",
        "class A { x = 1; get y() { return 2 } } const c = structuredClone(new A()); [c.constructor === Object, c.x, c.y] | [true,1,null]",
        "[Object(1), Object('s'), Object(true)].map((o) => typeof structuredClone(o)) | [\"object\",\"object\",\"object\"]",
      })
  void valuesAreClonedWithTheirShape(String source, String output) throws IOException {
    assertEquals(output, output(source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "const l = []; const t = new EventTarget(); t.addEventListener('a', (e) => l.push(e.type, e.target === t, e.eventPhase), { once: true }); t.addEventListener('a', { handleEvent() { l.push('object') } }); t.dispatchEvent(new Event('a')); t.dispatchEvent(new CustomEvent('a', { detail: 1 })); l | [\"a\",true,2,\"object\",\"object\"]",
        "const t = new EventTarget(); t.addEventListener('a', (e) => e.preventDefault()); [t.dispatchEvent(new Event('a')), t.dispatchEvent(new Event('a', { cancelable: true }))] | [true,false]",
        "const l = []; const t = new EventTarget(); t.addEventListener('a', () => l.push(2)); t.addEventListener('a', (e) => { l.push(1); e.stopImmediatePropagation() }, true); t.dispatchEvent(new Event('a')); l | [1]",
        "const l = []; const t = new EventTarget(); const f = () => l.push(1); t.addEventListener('a', f); t.addEventListener('a', f); t.dispatchEvent(new Event('a')); t.removeEventListener('a', f); t.dispatchEvent(new Event('a')); l | [1]",
        "const l = []; const t = new EventTarget(); const c = new AbortController(); t.addEventListener('a', () => l.push(1), { signal: c.signal }); t.dispatchEvent(new Event('a')); c.abort(); t.dispatchEvent(new Event('a')); l | [1]",
        "class T extends EventTarget {} const t = new T(); let e; t.addEventListener('x', function (got) { e = [this === t, got.detail] }); t.dispatchEvent(new CustomEvent('x', { detail: { n: 1 } })); e | [true,{\"n\":1}]",
        "const l = []; const c = new AbortController(); c.signal.onabort = () => l.push('on'); c.signal.addEventListener('abort', () => l.push('listener')); c.abort(); c.abort(); try { c.signal.throwIfAborted() } catch (e) { l.push(e.name, e instanceof DOMException) } l | [\"on\",\"listener\",\"AbortError\",true]",
        "AbortSignal.abort('why').reason                       | \"why\"",
        "new Promise((r) => { const s = AbortSignal.any([AbortSignal.timeout(3), new AbortController().signal]); s.onabort = () => r(s.reason.name) }) | \"TimeoutError\"",
        "const e = new DOMException('m', 'DataCloneError'); [e.name, e.code, String(e), e instanceof Error, DOMException.DATA_CLONE_ERR] | [\"DataCloneError\",25,\"DataCloneError: m\",true,25]",
      })
  void eventsAndSignalsReachTheirListeners(String source, String output) throws IOException {
    assertEquals(output, output(source));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "const l = []; const { port1, port2 } = new MessageChannel(); new Promise((r) => { port2.onmessage = (e) => { l.push(e.data); if (e.data === 2) r(l) }; port1.postMessage(1); port1.postMessage(2); l.push('sync'); queueMicrotask(() => l.push('micro')) }) | [\"sync\",\"micro\",1,2]",
        "const { port1, port2 } = new MessageChannel(); port1.postMessage(new Map([[1, 2]])); new Promise((r) => { port2.addEventListener('message', (e) => r([...e.data])); port2.start() }) | [[1,2]]",
        "const a = new MessageChannel(); a.port1.onmessage = () => a.port1.postMessage(1); a.port2.onmessage = () => a.port2.postMessage(1); a.port1.postMessage(0); new Promise((r) => setTimeout(r, 5, 'timers run too')) | \"timers run too\"",
        "const { port1, port2 } = new MessageChannel(); let n = 0; port2.onmessage = () => n++; port1.close(); port1.postMessage(1); new Promise((r) => setTimeout(() => r(n), 3)) | 0",
      })
  void messagesArriveInTurnsOfTheirOwn(String source, String output) throws IOException {
    assertEquals(output, output(source));
  }

  @Test
  void aScriptThatOnlyHasMessagesNobodyReceivesIsEnded() throws IOException {
    Answer answer =
        sandbox.run("new MessageChannel().port1.postMessage(1); new Promise(() => {})", "null");
    assertEquals(
        Quota.WALL_TIME, assertInstanceOf(Ending.Stopped.class, answer.ending()).breach().quota());
  }

  @Test
  void messagesOnTheirWayCountAsPendingOperations() throws IOException {
    Limits limits = new Limits(20_000, 20_000, 32 << 20, 4 << 20, 1000, 1000, 1000, 10);
    Answer answer =
        sandbox.run(
            script(
                "const { port1, port2 } = new MessageChannel(); port2.onmessage = () => {};"
                    + "setTimeout(() => {}, 9); for (let i = 0; i < 10; i++) port1.postMessage(i)"),
            "null",
            limits);
    Breach breach = assertInstanceOf(Ending.Stopped.class, answer.ending()).breach();
    assertEquals(Quota.ASYNC_OPERATIONS, breach.quota());
    assertEquals(11, breach.observed());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "SHA-1   | a9993e364706816aba3e25717850c26c9cd0d89d",
        "sha-256 | ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SHA-384 | cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
        "SHA-512 | ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
      })
  void digestsAreThoseOfTheirAlgorithms(String algorithm, String hex) throws IOException {
    assertEquals(
        '"' + hex + '"',
        output(
            "crypto.subtle.digest('"
                + algorithm
                + "', new TextEncoder().encode('xabcx').subarray(1, 4))"
                + ".then((digest) => new Uint8Array(digest).toHex())"));
  }

  @Test
  void randomNumbersComeFromTheSeedAndTheClockFromTheRun() throws IOException {
    String source =
        """
        const a = crypto.getRandomValues(new Uint16Array(5));
        [crypto.randomUUID(), [...a], performance.timeOrigin,
          performance.now() >= 0 && performance.now() < 20000,
          Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000]
        """;
    String first = output(sandbox.run(task(source, 42)));
    assertEquals(first, output(sandbox.run(task(source, 42))));
    assertNotEquals(first, output(sandbox.run(task(source, 43))));
    assertTrue(
        first.matches(
            "\\[\"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\","
                + "\\[\\d+(,\\d+){4}],1700000000000,true,true]"),
        first);
  }

  @Test
  void consoleFormatsCountsIndentsAndAsserts() throws IOException {
    Answer answer =
        sandbox.run(
            """
            console.log('%s is %d%%, %i, %f, %o', 'x', 1.5, 2.7, '3.5', { a: 1 }, 'rest');
            console.log('100%', 5, '%s');
            console.log(new Map([[1, { a: new Set([1n]) }]]), [undefined, () => 1], new URL('x:y'));
            const o = { e: new Error('x') }; o.o = o; console.log(o);
            console.assert(true, 'no'); console.assert(false, 'n = %d', 5); console.assert();
            console.group('g'); console.warn('a\\nb'); console.groupEnd(); console.info('c');
            console.count(); console.count('k'); console.count(); console.countReset('z');
            console.timeEnd('t'); console.dir({ x: 1 }); console.table([1]); console.clear();
            console.trace('here');
            """,
            "null");
    assertEquals(
        List.of(
            "x is 1%, 2, 3.5, {\"a\":1} rest",
            "100% 5 %s",
            "Map [[1,{\"a\":[\"1n\"]}]] [null,\"[Function ]\"] \"x:y\"",
            "{\"e\":\"Error: x\",\"o\":\"[Circular]\"}",
            "Assertion failed: n = 5",
            "Assertion failed",
            "g",
            "  a\n  b",
            "c",
            "default: 1",
            "k: 1",
            "default: 2",
            "Count for 'z' does not exist",
            "Timer 't' does not exist",
            "{\"x\":1}",
            "[1]",
            "Trace: here\n    at script.js:9:9"),
        answer.logs().stream().map(LogLine::message).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "new URL('nope')                              | TypeError         | 1:1",
        "new URLSearchParams([[1]])                   | TypeError         | 1:1",
        "new URL({ toString() { throw new RangeError('own') } }) | RangeError | 1:30",
        "setTimeout(() => new URL('bad')); new Promise(() => {}) | TypeError | 1:18",
        "setTimeout('alert(1)')                       | TypeError         | 1:1",
        "queueMicrotask(() => { throw new RangeError() }); new Promise(() => {}) | RangeError | 1:30",
        "throw new DOMException('m', 'AbortError')    | AbortError        | 1:7",
        "atob('*')                                    | InvalidCharacterError | 1:1",
        "btoa('€')                                    | InvalidCharacterError | 1:1",
        "structuredClone(() => 1)                     | DataCloneError    | 1:1",
        "structuredClone({ a: Symbol() })             | DataCloneError    | 1:1",
        "new TextDecoder('klingon')                   | RangeError        | 1:1",
        "new TextDecoder().decode('text')             | TypeError         | 1:19",
        "new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([255])) | TypeError | 1:43",
        "new TextEncoder().encodeInto('a', [])        | TypeError         | 1:19",
        "crypto.getRandomValues(new Float32Array(1))  | TypeMismatchError | 1:8",
        "crypto.getRandomValues(new Uint8Array(65537)) | QuotaExceededError | 1:8",
        "crypto.subtle.digest('MD5', new Uint8Array(1)) | NotSupportedError | 1:15",
        "crypto.subtle.digest('SHA-1', 'text')        | TypeError         | 1:15",
        "new EventTarget().dispatchEvent({})          | TypeError         | 1:19",
        "const t = new EventTarget(); t.addEventListener('x', () => { throw new RangeError('l') }); t.dispatchEvent(new Event('x')); 1 | RangeError | 1:68",
        "new AbortSignal()                            | TypeError         | 1:1",
        "new MessagePort()                            | TypeError         | 1:1",
        "new MessageChannel().port1.postMessage(() => 1) | DataCloneError | 1:28",
      })
  void whatFailsInsideAGlobalIsShownWhereTheScriptCalledIt(String source, String name, String place)
      throws IOException {
    GuestError error =
        assertInstanceOf(Ending.Failed.class, sandbox.run(source, "null").ending()).error();
    assertEquals(name, error.name(), error.message());
    assertTrue((error.line() + ":" + error.column()).startsWith(place), String.valueOf(error));
    assertNothingOfTheHost(String.valueOf(error));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; structuredClone(o)",
        "function f() { new URL('http://a/'); f() } f()",
        "function f() { console.log(f()) } f()",
      })
  void whatOverflowsTheStackInsideAGlobalBreaksTheStackQuota(String source) throws IOException {
    Answer answer = sandbox.run(source, "null");
    Breach breach = assertInstanceOf(Ending.Stopped.class, answer.ending()).breach();
    assertEquals(Quota.STACK, breach.quota(), breach.message());
    assertTrue(breach.message().contains("at line 1"), breach.message());
    assertNothingOfTheHost(breach.message());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "new TextDecoder().decode(new Uint8Array(45e6))",
        "new TextEncoder().encode('x'.repeat(45e6))",
        "crypto.subtle.digest('SHA-256', new ArrayBuffer(60e6))",
      })
  void aHostFunctionThatRunsOutOfMemoryBreaksTheHeapQuotaUnseen(String source) throws IOException {
    Limits limits = new Limits(20_000, 20_000, 120L << 20, 4 << 20, 1000, 10_000, 1000, 10);
    Answer answer =
        sandbox.run(
            script(
                "(async () => { try { await ("
                    + source
                    + ") } catch (e) { console.log(String(e), e.message, e.stack) } })()"),
            "null",
            limits);
    assertNothingOfTheHost(answer.logs().toString());
    if (answer.ending() instanceof Ending.Stopped(Breach breach)) {
      assertEquals(Quota.HEAP, breach.quota());
    }
  }

  private static void assertNothingOfTheHost(String text) {
    for (String word : List.of("java", "paddock", "polyglot", "graal", "truffle", "world/")) {
      assertFalse(text.contains(word), text);
    }
  }

  private static String output(String source) throws IOException {
    return output(sandbox.run(source, "null"));
  }

  private static String output(Answer answer) {
    return String.valueOf(
        assertInstanceOf(Ending.Succeeded.class, answer.ending(), () -> answer.toString())
            .output());
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
}
