package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.cli.Cli.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunCommandTest {

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void inAFolderOfItsOwn() {
    cli = new Cli(folder);
  }

  @Test
  void aModuleThatSucceedsGivesItsOutputOnStandardOutput() throws Exception {
    write(
        "a script.mjs",
        "export default async (input) => { console.warn('seen ' + input.n); return {n: input.n + 1}; }");
    Ended ended = cli.run("run", "a script.mjs", "--input", "{\"n\": 41}");
    assertEquals(0, ended.exitCode(), ended.err());
    assertEquals("{\"n\":42}\n", ended.out());
    assertTrue(ended.err().contains("warn: seen 41"), ended.err());
    assertTrue(ended.err().contains("used: CPU"), ended.err());
  }

  @Test
  void aScriptThatThrowsIsShownWithLineAndColumn() throws Exception {
    write("throws.js", "// one\n  null.x;\n");
    Ended ended = cli.run("run", "throws.js");
    assertEquals(1, ended.exitCode(), ended.err());
    assertEquals("", ended.out());
    assertTrue(
        ended.err().startsWith("failed at throws.js, line 2, column 3: TypeError"), ended.err());
  }

  @Tag("long")
  @Test
  void aScriptFromStandardInputThatDoesNotParseFails() throws Exception {
    Ended ended = cli.pipe("let a = ;", "run", "-");
    assertEquals(1, ended.exitCode(), ended.err());
    assertTrue(
        ended.err().startsWith("failed at stdin.js, line 1, column 9: SyntaxError"), ended.err());
  }

  @Test
  void anEndlessScriptEndsWithExitCodeThree() throws Exception {
    write("endless.js", "for (;;);");
    Ended ended = cli.run("run", "endless.js", "--limit", "cpu=100ms");
    assertEquals(3, ended.exitCode(), ended.err());
    assertTrue(ended.err().startsWith("violated CPU_TIME: "), ended.err());
  }

  @Tag("long")
  @Test
  void aFloodOfLinesIsCalledWhatTheViolationTopicCallsIt() throws Exception {
    write("flood.js", "for (;;) console.log('');");
    Ended ended = cli.run("run", "flood.js");
    assertEquals(3, ended.exitCode(), ended.err());
    assertTrue(ended.err().lines().anyMatch(l -> l.startsWith("violated LOG_SIZE: ")), ended.err());
  }

  @Test
  @Tag("long")
  void theSystemsClockAndRandomnessAreThereForTheAsking() throws Exception {
    write("chance.js", "[Number.isInteger(performance.now() + performance.now()), Math.random()]");
    String seeded = cli.run("run", "chance.js").out();
    assertTrue(seeded.startsWith("[false,"), seeded);
    Ended ended = cli.run("run", "chance.js", "--clock", "system", "--randomness", "system");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().startsWith("[true,"), ended.out());
    assertNotEquals(seeded.split(",", -1)[1], ended.out().split(",", -1)[1]);
  }

  @Test
  void mistakesOfTheUserAreToldInALine() throws Exception {
    write("ok.js", "1");
    assertRefused("The script nope.js cannot be read: there is no such file", "run", "nope.js");
    assertRefused(
        "The input cannot be used: it is not JSON, column 2", "run", "ok.js", "--input", "{a");
    assertRefused("--limit cpu is 'soon'; it must be", "run", "ok.js", "--limit", "cpu=soon");
    assertRefused(
        "The input has 5 bytes; 4 allowed",
        "run",
        "ok.js",
        "--input",
        "12345",
        "--limit",
        "input=4");
    assertRefused("pool.sise (from --set) is unknown", "run", "ok.js", "--set", "pool.sise=1");
    assertRefused("expected one of [REQUEST, SYSTEM]", "run", "ok.js", "--clock", "noon");
    assertRefused("Missing required parameter: 'SCRIPT'", "run");
  }

  @Test
  void whatAGuestSaysCannotSteerTheTerminal() throws Exception {
    write("steer.js", "console.log('\\u001b[2J'); throw new Error('\\u001b]0;owned\\u0007');");
    Ended ended = cli.run("run", "steer.js");
    assertEquals(1, ended.exitCode(), ended.err());
    assertEquals(-1, ended.err().indexOf('\u001b'), ended.err());
  }

  private void assertRefused(String message, String... arguments) throws Exception {
    Ended ended = cli.run(arguments);
    assertEquals(2, ended.exitCode(), ended.err());
    assertTrue(ended.err().contains(message), ended.err());
    assertTrue(ended.err().lines().count() <= 3, ended.err());
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }
}
