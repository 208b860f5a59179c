package dev.paddock.worker.dispatch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.Sha256;
import dev.paddock.worker.config.DispatchConfig;
import dev.paddock.worker.config.LimitsConfig;
import dev.paddock.worker.config.Ordering;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdmissionTest {

  static {
    TrustedContracts.trust();
  }

  private static final Instant NOW = Instant.parse("2026-11-25T10:00:00Z");
  private static final Limits DEFAULTS = new Limits(10, 20, 30, 40, 50, 60, 70, 80, 20, 30);
  private static final Limits CEILINGS = new Limits(100, 200, 300, 400, 500, 600, 700, 800, 25, 40);

  private final MapOfScripts scripts = new MapOfScripts();

  private final Admission admission =
      new Admission(
          new LimitsConfig(DEFAULTS, CEILINGS),
          scripts,
          new DispatchConfig(
              Ordering.NONE,
              Map.of(),
              OptionalInt.empty(),
              Map.of(),
              0,
              Duration.ofMinutes(10),
              new Reuse(7, 8)),
          Clock.fixed(NOW, ZoneOffset.UTC));

  @Test
  void aPlainRequestBecomesATaskWithTheDefaultLimits() {
    Task task = admitted(request("input + 1").setLabels(Map.of("a", "b")).setInput("[1]"));
    assertEquals(DEFAULTS, task.limits());
    assertEquals(new Script("rule.js", Script.Kind.SCRIPT, "input + 1"), task.script());
    assertEquals("[1]", task.input());
    assertEquals("requests-3-17", task.executionId());
    assertEquals(1234, task.startMillis());
    assertEquals(Map.of("a", "b"), task.labels());
  }

  @Test
  void reuseIsForModulesThatAskForIt() {
    assertEquals(Reuse.NONE, admitted(request("1")).reuse());
    ExecutionRequest.Builder script = request("1").setReuse(dev.paddock.schemas.Reuse.SCRIPT);
    assertTrue(refused(script).message().contains("it must be a MODULE"));
    InlineScript module =
        new InlineScript("rule.mjs", ScriptKind.MODULE, "export default () => 1", Map.of());
    assertEquals(new Reuse(7, 8), admitted(script.setScript(module)).reuse());
  }

  @Test
  void aRequestMayLowerItsLimitsAndRaiseThemToTheCeiling() {
    Task task =
        admitted(
            request("1")
                .setLimits(
                    dev.paddock.schemas.Limits.newBuilder()
                        .setCpuMillis(1L)
                        .setWallMillis(9999L)
                        .build()));
    assertEquals(new Limits(1, 200, 30, 40, 50, 60, 70, 80, 20, 30), task.limits());
  }

  @Test
  void theSeedIsTheRequestsOrComesOfItsId() {
    assertEquals(7, admitted(request("1").setSeed(7L)).seed());
    long ofId = admitted(request("1").setExecutionId("a")).seed();
    assertEquals(ofId, admitted(request("2").setExecutionId("a")).seed());
    assertNotEquals(ofId, admitted(request("1").setExecutionId("b")).seed());
  }

  @Test
  void clockAndRandomnessCanBeRepeatedUnlessTheSystemsAreAskedFor() {
    Task task = admitted(request("1"));
    assertEquals(Task.Clock.REQUEST, task.clock());
    assertEquals(Task.Randomness.SEEDED, task.randomness());
    task = admitted(request("1").setClock(ScriptClock.SYSTEM));
    assertEquals(Task.Clock.SYSTEM, task.clock());
    assertEquals(Task.Randomness.SEEDED, task.randomness());
    task = admitted(request("1").setRandomness(ScriptRandomness.SYSTEM));
    assertEquals(Task.Clock.REQUEST, task.clock());
    assertEquals(Task.Randomness.SYSTEM, task.randomness());
    Outcome.Rejected rejected =
        refused(request("1").setRandomness(ScriptRandomness.SYSTEM).setSeed(7L));
    assertEquals(ViolationKind.MALFORMED_REQUEST, rejected.kind());
    assertEquals(
        "seed is 7, but randomness is SYSTEM, which takes none; leave one of them null",
        rejected.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{]        | The input is not JSON, line 1 column 2: ",
        "``        | The input is empty; it must be a JSON text",
        "1 2       | The input has more than one JSON value",
        "[1        | The input is not JSON, line 1 column 3: ",
      })
  void anInputThatIsNotJsonIsRejected(String input, String message) {
    Outcome.Rejected rejected = refused(request("1").setInput(input));
    assertEquals(ViolationKind.MALFORMED_REQUEST, rejected.kind());
    assertEquals(message.strip(), rejected.message().substring(0, message.strip().length()));
  }

  @Test
  void aLimitBelowOneIsRejected() {
    Outcome.Rejected rejected =
        refused(
            request("1")
                .setLimits(dev.paddock.schemas.Limits.newBuilder().setHeapBytes(0L).build()));
    assertEquals(ViolationKind.MALFORMED_REQUEST, rejected.kind());
    assertEquals(
        "limits.heapBytes is 0; it must be 1 or more, or null for the worker's default",
        rejected.message());
  }

  @Test
  void whatIsTooLargeIsRejectedWithItsFigures() {
    Outcome.Rejected input = refused(request("1").setInput("\"" + "é".repeat(10) + "\""));
    assertEquals(ViolationKind.INPUT_SIZE, input.kind());
    assertEquals(20, input.limit());
    assertEquals(22, input.observed());
    assertEquals("bytes", input.unit());
    Outcome.Rejected source = refused(request("1".repeat(31)));
    assertEquals(ViolationKind.SOURCE_SIZE, source.kind());
    assertEquals(31, source.observed());
  }

  @Test
  void aRequestMayAllowLessInputAndSourceAndMoreUpToTheCeiling() {
    ExecutionRequest.Builder request =
        request("1".repeat(35)).setInput("\"" + "x".repeat(22) + "\"");
    assertEquals(ViolationKind.SOURCE_SIZE, refused(request).kind());
    assertTooLarge(ViolationKind.SOURCE_SIZE, 34, 35, request.setLimits(sizes(99L, 34L)));
    assertTooLarge(ViolationKind.INPUT_SIZE, 23, 24, request.setLimits(sizes(23L, 99L)));
    Task task = admitted(request.setLimits(sizes(99L, 99L)));
    assertEquals(25, task.limits().inputBytes());
    assertEquals(40, task.limits().sourceBytes());
    assertTooLarge(
        ViolationKind.INPUT_SIZE, 25, 26, request.setInput("\"" + "x".repeat(24) + "\""));
    assertTooLarge(
        ViolationKind.SOURCE_SIZE,
        40,
        41,
        request("1".repeat(41)).setLimits(sizes(null, Long.MAX_VALUE)));
    Outcome.Rejected none = refused(request("1").setLimits(sizes(0L, null)));
    assertEquals(ViolationKind.MALFORMED_REQUEST, none.kind());
    assertEquals(
        "limits.inputBytes is 0; it must be 1 or more, or null for the worker's default",
        none.message());
  }

  @Test
  void aNamedScriptMayAllowAnotherSizeOfInput() {
    scripts.add(MapOfScripts.script("acme", "pricing", 3, "1").setLimits(sizes(5L, null)).build());
    ExecutionRequest.Builder request =
        request("").setTenant("acme").setScript(new ScriptReference("pricing", 3));
    assertTooLarge(ViolationKind.INPUT_SIZE, 5, 6, request.setInput("123456"));
    assertEquals("12345", admitted(request.setInput("12345")).input());
    assertEquals("123456", admitted(request.setInput("123456").setLimits(sizes(6L, null))).input());
  }

  private static dev.paddock.schemas.Limits sizes(@Nullable Long input, @Nullable Long source) {
    return dev.paddock.schemas.Limits.newBuilder()
        .setInputBytes(input)
        .setSourceBytes(source)
        .build();
  }

  private void assertTooLarge(
      ViolationKind kind, long limit, long observed, ExecutionRequest.Builder request) {
    Outcome.Rejected rejected = refused(request);
    assertEquals(kind, rejected.kind());
    assertEquals(limit, rejected.limit());
    assertEquals(observed, rejected.observed());
    assertEquals("bytes", rejected.unit());
  }

  @Test
  void aRequestPastItsDeadlineIsRejectedAndOneAtItIsNot() {
    admitted(request("1").setDeadline(NOW));
    Outcome.Rejected rejected = refused(request("1").setDeadline(NOW.minusMillis(1)));
    assertEquals(ViolationKind.DEADLINE_EXCEEDED, rejected.kind());
  }

  @Test
  void aNamedScriptIsFoundForItsTenantWithItsOwnLimits() {
    scripts.add("acme", "pricing", 3, "input * 2");
    ExecutionRequest.Builder request = request("").setTenant("acme").setInput("1");
    Admission.Decision.Admitted admitted =
        assertInstanceOf(
            Admission.Decision.Admitted.class,
            admission.decide(
                execution(
                    request
                        .setScript(new ScriptReference("pricing", 3))
                        .setLimits(
                            dev.paddock.schemas.Limits.newBuilder()
                                .setCpuMillis(12L)
                                .setHeapBytes(31L)
                                .build()))));
    assertEquals("input * 2", admitted.task().script().source());
    // A request's before a script's before the worker's, and heap has a least.
    assertEquals(new Limits(12, 20, 300, 40, 50, 60, 65, 80, 20, 30), admitted.task().limits());
    assertEquals(
        new ScriptUsed(Sha256.hex("input * 2"), new ScriptIdentity("pricing", 3)),
        admitted.script());
    assertEquals(
        ViolationKind.SCRIPT_NOT_FOUND,
        refused(request.setTenant("other").setScript(new ScriptReference("pricing", 3))).kind());
  }

  @Test
  void aNamedScriptThatIsNotThereIsWaitedForAndThenRefused() {
    ExecutionRequest.Builder request =
        request("").setTenant("acme").setScript(new ScriptReference("pricing", 3));
    assertInstanceOf(
        Admission.Decision.Undecided.class,
        admission.decide(execution(request, System.nanoTime())));
    Outcome.Rejected rejected =
        assertInstanceOf(
                Admission.Decision.Refused.class,
                admission.decide(
                    execution(request, System.nanoTime() - Duration.ofMinutes(11).toNanos())))
            .outcome();
    assertEquals(ViolationKind.SCRIPT_NOT_FOUND, rejected.kind());
    assertEquals(ScriptUsed.NONE, rejected.script());
    assertEquals(
        "There is no script 'pricing' version 3 of tenant 'acme' in the tests' map",
        rejected.message());
  }

  @Test
  void aDisabledVersionIsRefusedAtOnce() {
    scripts.add(MapOfScripts.script("acme", "pricing", 3, "1").setDisabled(true).build());
    Outcome.Rejected rejected =
        refused(request("").setTenant("acme").setScript(new ScriptReference("pricing", null)));
    assertEquals(ViolationKind.SCRIPT_NOT_FOUND, rejected.kind());
    assertEquals("The script 'pricing' version 3 of tenant 'acme' is disabled", rejected.message());
  }

  @Test
  void modulesCountAsSource() {
    InlineScript script =
        new InlineScript("m.mjs", ScriptKind.MODULE, "x".repeat(20), Map.of("a", "y".repeat(11)));
    Outcome.Rejected rejected = refused(request("").setScript(script));
    assertEquals(ViolationKind.SOURCE_SIZE, rejected.kind());
    assertEquals(31, rejected.observed());
  }

  private Task admitted(ExecutionRequest.Builder request) {
    return assertInstanceOf(Admission.Decision.Admitted.class, admission.decide(execution(request)))
        .task();
  }

  private Outcome.Rejected refused(ExecutionRequest.Builder request) {
    return assertInstanceOf(Admission.Decision.Refused.class, admission.decide(execution(request)))
        .outcome();
  }

  private static ExecutionRequest.Builder request(String source) {
    return ExecutionRequest.newBuilder()
        .setScript(
            InlineScript.newBuilder()
                .setName("rule.js")
                .setKind(ScriptKind.SCRIPT)
                .setSource(source)
                .build());
  }

  private static Execution execution(ExecutionRequest.Builder request) {
    return execution(request, System.nanoTime() - Duration.ofHours(1).toNanos());
  }

  private static Execution execution(ExecutionRequest.Builder request, long readNanos) {
    return new Execution(
        new Position("requests", 3, 17), null, request.build(), 1234, 100, 1, readNanos);
  }
}
