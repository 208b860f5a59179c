package dev.paddock.loadtest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.loadtest.ChaosMix.Entry;
import dev.paddock.schemas.ExecutionError;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Usage;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A chaos run that went wrong is found to have gone wrong. */
class ChaosAuditTest {

  private static final int REQUESTS = 400;

  private final List<Entry> entries =
      IntStream.range(0, REQUESTS).mapToObj(new ChaosMix(7)::entry).toList();
  private final ChaosAudit audit = new ChaosAudit();

  ChaosAuditTest() {
    TrustedContracts.trust();
    entries.forEach(audit::asked);
  }

  private static ExecutionResult.Builder right(Entry entry, int offset) {
    ChaosMix.Expected expected = entry.expected();
    ExecutionResult.Builder result =
        ExecutionResult.newBuilder()
            .setExecutionId(entry.request().getExecutionId())
            .setTenant(entry.request().getTenant())
            .setStatus(expected.status())
            .setUsage(new Usage(0L, 0L, 0L, 0L, 0L))
            .setScriptSha256("")
            .setSource(new SourcePosition("requests", 0, (long) offset))
            .setWorker("w1")
            .setCompletedAt(Instant.ofEpochMilli(offset));
    return switch (expected.status()) {
      case SUCCEEDED -> result.setOutput(expected.output());
      case FAILED -> result.setError(error("RangeError", String.valueOf(expected.output())));
      case VIOLATED, REJECTED ->
          result.setError(error(String.valueOf(expected.violation()), "stopped"));
    };
  }

  private static ExecutionError error(String name, String message) {
    return ExecutionError.newBuilder().setName(name).setMessage(message).build();
  }

  private void answer(Entry entry, int offset) {
    audit.result(entry.key(), right(entry, offset).build());
    ViolationKind kind = entry.expected().violation();
    if (kind != null) {
      audit.violation(violation(entry.request().getExecutionId(), kind));
    }
  }

  private static Violation violation(String id, ViolationKind kind) {
    return new Violation(
        id,
        "tenant",
        kind,
        1L,
        2L,
        "",
        "stopped",
        "",
        new SourcePosition("requests", 0, 0L),
        "w1",
        "",
        Instant.EPOCH,
        null);
  }

  private void answerAll() {
    for (int n = 0; n < REQUESTS; n++) {
      answer(entries.get(n), n);
    }
  }

  private static int first(List<Entry> entries, ExecutionStatus status) {
    return IntStream.range(0, entries.size())
        .filter(n -> entries.get(n).expected().status() == status)
        .findFirst()
        .orElseThrow();
  }

  private void assertFinds(String... beginnings) {
    List<String> findings = audit.findings();
    assertEquals(beginnings.length, findings.size(), findings.toString());
    for (int i = 0; i < beginnings.length; i++) {
      assertTrue(findings.get(i).startsWith(beginnings[i]), findings.get(i));
    }
  }

  @Test
  void aRightRunIsFoundToBeRight() {
    answerAll();
    assertEquals(REQUESTS, audit.answered());
    assertFinds();
    for (ExecutionStatus status :
        List.of(ExecutionStatus.SUCCEEDED, ExecutionStatus.FAILED, ExecutionStatus.VIOLATED)) {
      assertTrue(first(entries, status) >= 0);
    }
  }

  @Test
  void aMissingResultAndItsMissingViolationAreFound() {
    int missing = first(entries, ExecutionStatus.VIOLATED);
    for (int n = 0; n < REQUESTS; n++) {
      if (n != missing) {
        answer(entries.get(n), n);
      }
    }
    assertFinds(
        "1 requests have no result: " + ChaosMix.id(missing),
        "1 violations are missing: " + ChaosMix.id(missing));
  }

  @Test
  void aSecondResultOrViolationIsFound() {
    answerAll();
    answer(entries.get(first(entries, ExecutionStatus.VIOLATED)), REQUESTS);
    assertFinds("1 results are there more than once", "1 violations are wrong or there more");
  }

  @Test
  void aWrongOutputAViolationForAnHonestScriptAndAWrongKindAreFound() {
    List<Integer> wrong = new ArrayList<>();
    wrong.add(first(entries, ExecutionStatus.SUCCEEDED));
    wrong.add(first(entries, ExecutionStatus.VIOLATED));
    for (int n = 0; n < REQUESTS; n++) {
      if (!wrong.contains(n)) {
        answer(entries.get(n), n);
      }
    }
    Entry honest = entries.get(wrong.getFirst());
    Entry hostile = entries.get(wrong.getLast());
    audit.result(honest.key(), right(honest, REQUESTS).setOutput("0").build());
    audit.result(
        hostile.key(), right(hostile, REQUESTS).setError(error("SANDBOX_CRASH", "twice")).build());
    audit.violation(violation(honest.request().getExecutionId(), ViolationKind.WALL_TIME));
    audit.violation(violation(hostile.request().getExecutionId(), ViolationKind.SANDBOX_CRASH));
    assertFinds("2 results are wrong", "2 violations are wrong");
  }

  @Test
  void aResultBehindALaterOneOfItsKeyIsFound() {
    int first = 0;
    int second =
        IntStream.range(1, REQUESTS)
            .filter(n -> entries.get(n).key().equals(entries.get(first).key()))
            .findFirst()
            .orElseThrow();
    answer(entries.get(second), second);
    answer(entries.get(first), first);
    String found = String.join("\n", audit.findings());
    assertTrue(
        found.contains("1 results are not in the order of their key: " + ChaosMix.id(first)),
        found);
  }
}
