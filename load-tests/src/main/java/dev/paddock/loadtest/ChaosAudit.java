package dev.paddock.loadtest;

import dev.paddock.loadtest.ChaosMix.Entry;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.Violation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what a reader of committed records finds with what was asked for. Takes the records of
 * each partition in their order.
 */
final class ChaosAudit {

  private static final int SHOWN = 5;

  /** The request that a result of some key is about, and when it was done. */
  private record Last(long offset, long doneMillis) {}

  /** What was asked for, until its result is there. */
  private final Map<String, Entry> asked = new HashMap<>();

  private final Set<String> answered = new HashSet<>();
  private final Map<String, Entry> owedViolations = new HashMap<>();
  private final Map<String, Last> lastOfKey = new HashMap<>();

  private final List<String> doubled = new ArrayList<>();
  private final List<String> wrong = new ArrayList<>();
  private final List<String> outOfOrder = new ArrayList<>();
  private final List<String> wrongViolations = new ArrayList<>();

  /** This was sent. */
  void asked(Entry entry) {
    asked.put(entry.request().getExecutionId(), entry);
    if (entry.expected().violation() != null) {
      owedViolations.put(entry.request().getExecutionId(), entry);
    }
  }

  /** Requests whose result is there. */
  int answered() {
    return answered.size();
  }

  /** A result was read, with this record key. */
  void result(String key, ExecutionResult result) {
    String id = result.getExecutionId();
    Entry entry = asked.remove(id);
    if (entry == null) {
      doubled.add(id + (answered.contains(id) ? "" : " (never asked for)"));
      return;
    }
    answered.add(id);
    if (!key.equals(entry.key()) || !isRight(entry, result)) {
      wrong.add("%s: %s instead of %s".formatted(id, summary(result), entry.expected()));
    }
    long offset = result.getSource().getOffset();
    long done = result.getCompletedAt().toEpochMilli();
    Last last = lastOfKey.put(key, new Last(offset, done));
    if (last != null && (last.offset() > offset || last.doneMillis() > done)) {
      outOfOrder.add("%s of key %s".formatted(id, key));
    }
  }

  /** A violation was read. */
  void violation(Violation violation) {
    String id = violation.getExecutionId();
    Entry entry = owedViolations.remove(id);
    if (entry == null || violation.getKind() != entry.expected().violation()) {
      wrongViolations.add("%s: %s, %s".formatted(id, violation.getKind(), violation.getMessage()));
    }
  }

  /** What is not as it has to be, in lines; none where all is well. */
  List<String> findings() {
    List<String> findings = new ArrayList<>();
    find(findings, "requests have no result", new TreeSet<>(asked.keySet()));
    find(findings, "results are there more than once", doubled);
    find(findings, "results are wrong", wrong);
    find(findings, "results are not in the order of their key", outOfOrder);
    find(findings, "violations are missing", new TreeSet<>(owedViolations.keySet()));
    find(findings, "violations are wrong or there more than once", wrongViolations);
    return findings;
  }

  private static void find(List<String> findings, String what, Iterable<String> found) {
    List<String> all = new ArrayList<>();
    found.forEach(all::add);
    if (!all.isEmpty()) {
      String shown = String.join("; ", all.subList(0, Math.min(SHOWN, all.size())));
      findings.add(
          "%d %s: %s%s".formatted(all.size(), what, shown, all.size() > SHOWN ? " ..." : ""));
    }
  }

  private static boolean isRight(Entry entry, ExecutionResult result) {
    ChaosMix.Expected expected = entry.expected();
    if (result.getStatus() != expected.status()
        || !result.getTenant().equals(entry.request().getTenant())) {
      return false;
    }
    return switch (expected.status()) {
      case SUCCEEDED -> Objects.equals(result.getOutput(), expected.output());
      case FAILED -> Objects.equals(result.getError().getMessage(), expected.output());
      case VIOLATED, REJECTED ->
          result.getError().getName().equals(String.valueOf(expected.violation()));
    };
  }

  private static String summary(ExecutionResult result) {
    return result.getStatus() == ExecutionStatus.SUCCEEDED
        ? String.valueOf(result.getOutput())
        : "%s %s".formatted(result.getStatus(), result.getError());
  }
}
