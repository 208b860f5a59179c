package dev.paddock.worker.app;

import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.schemas.ExecutionResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that give back their number, and what must come of them. */
final class Checks {

  static final String NUMBER = "input.n";

  /**
   * Holds a sandbox for 20 ms, without a processor, so that there is a middle of the work to step
   * into.
   */
  static final String WAITING_NUMBER = "new Promise(done => setTimeout(() => done(input.n), 20))";

  private Checks() {}

  static void sendNumbers(Scene scene, String prefix, int from, int to, String source) {
    for (int n = from; n < to; n++) {
      scene.send(Scene.request(prefix + n, source).setInput("{\"n\":" + n + "}").build());
    }
  }

  static Map<String, String> numbers(String prefix, int from, int to) {
    Map<String, String> expected = new HashMap<>();
    for (int n = from; n < to; n++) {
      expected.put(prefix + n, Integer.toString(n));
    }
    return expected;
  }

  /** Outputs by execution id; fails where an execution has two results. */
  static Map<String, String> outputs(List<TopicTail.Entry<ExecutionResult>> results) {
    return results.stream()
        .map(TopicTail.Entry::value)
        .collect(toMap(ExecutionResult::getExecutionId, Checks::output));
  }

  /** The same where an execution may have several results; fails where they are not the same. */
  static Map<String, String> repeatedOutputs(List<TopicTail.Entry<ExecutionResult>> results) {
    return results.stream()
        .map(TopicTail.Entry::value)
        .collect(
            toMap(
                ExecutionResult::getExecutionId,
                Checks::output,
                (one, other) -> {
                  assertEquals(one, other);
                  return one;
                }));
  }

  private static String output(ExecutionResult result) {
    return result.getError() == null
        ? String.valueOf(result.getOutput())
        : result.getError().toString();
  }
}
