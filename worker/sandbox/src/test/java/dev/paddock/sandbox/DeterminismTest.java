package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.LogLine;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The same task gives the same answer: again, in another process, and on another machine. */
class DeterminismTest {

  /** None of these is the same as on the machine that the tests run on. */
  private static final List<String> FOREIGN_OPTIONS =
      List.of(
          "-Duser.language=tr",
          "-Duser.country=TR",
          "-Duser.timezone=Asia/Kathmandu",
          "-Dfile.encoding=COMPAT",
          "-Dstdout.encoding=ISO-8859-1",
          "-XX:ActiveProcessorCount=1",
          "-XX:+UnlockExperimentalVMOptions",
          "-XX:hashCode=0",
          "-XX:TieredStopAtLevel=4");

  private static final Map<String, String> FOREIGN_ENVIRONMENT =
      Map.of("TZ", "Asia/Kathmandu", "LANG", "tr_TR.ISO-8859-9", "LC_ALL", "tr_TR.ISO-8859-9");

  private static final Instant THEN = Instant.parse("2024-03-10T09:59:59.987Z");

  @SuppressWarnings("NullAway.Init")
  private static TestSandbox here;

  @SuppressWarnings("NullAway.Init")
  private static TestSandbox elsewhere;

  private long lastNumber;

  @BeforeAll
  static void start() throws IOException {
    here = new TestSandbox();
    elsewhere = new TestSandbox(FOREIGN_OPTIONS, FOREIGN_ENVIRONMENT);
  }

  @AfterAll
  static void stop() throws IOException {
    here.close();
    elsewhere.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clock.mjs",
        "randomness.mjs",
        "order.mjs",
        "locale.mjs",
        "numbers.mjs",
        "errors.mjs",
        "waiting.mjs"
      })
  void theSameTaskGivesTheSameAnswerWhereverItRuns(String file) throws IOException {
    Script script = new Script(file, Script.Kind.MODULE, source(file));
    String first = answer(here, script);
    assertEquals(first, answer(here, script), "again");
    assertEquals(first, answer(elsewhere, script), "elsewhere");
    assertEquals(first, answer(elsewhere, script), "again elsewhere");
  }

  @Test
  void theClockShowsTheTimeOfTheRequestInWhateverWayItIsAsked() throws IOException {
    Script script = new Script("now.mjs", Script.Kind.MODULE, source("now.mjs"));
    String answer = answer(elsewhere, script);
    assertTrue(answer.startsWith("[true,true,true,true,true,true] "), answer);
  }

  @Test
  void anotherSeedAndAnotherTimeGiveOtherAnswers() throws IOException {
    Script clock = new Script("clock.mjs", Script.Kind.MODULE, source("clock.mjs"));
    Script randomness = new Script("randomness.mjs", Script.Kind.MODULE, source("randomness.mjs"));
    assertNotEquals(answer(here, clock, 7, THEN), answer(here, clock, 7, THEN.plusMillis(1)));
    assertNotEquals(answer(here, randomness, 7, THEN), answer(here, randomness, 8, THEN));
  }

  private String answer(TestSandbox sandbox, Script script) throws IOException {
    return answer(sandbox, script, 7, THEN);
  }

  /** Output or error, and log, as one text. */
  private String answer(TestSandbox sandbox, Script script, long seed, Instant time)
      throws IOException {
    Map<String, String> labels =
        IntStream.range(0, 40)
            .boxed()
            .collect(Collectors.toMap(i -> "label-" + i, i -> "value " + i));
    Answer answer =
        sandbox.run(
            new Task(
                ++lastNumber,
                "the same",
                "tenant",
                labels,
                script,
                "{\"b\":1,\"a\":2,\"10\":3,\"9\":4}",
                null,
                time.toEpochMilli(),
                seed,
                Task.Clock.REQUEST,
                Task.Randomness.SEEDED,
                TestSandbox.LIMITS,
                Reuse.NONE));
    String ending =
        switch (answer.ending()) {
          case Ending.Succeeded(String output) -> String.valueOf(output);
          case Ending.Failed failed -> failed.error().toString();
          case Ending.Stopped stopped -> throw new AssertionError(stopped.breach().message());
        };
    return ending
        + " "
        + answer.logs().stream().map(LogLine::message).collect(Collectors.joining("|"));
  }

  private static String source(String file) throws IOException {
    String path = "determinism/" + file;
    try (InputStream in =
        Objects.requireNonNull(DeterminismTest.class.getResourceAsStream(path), path)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
