package dev.paddock.worker.app;

import static java.util.stream.Collectors.toMap;

import dev.paddock.schemas.ExecutionResult;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests that give back their number, and what must come of them. */
final class Checks {

  static final String NUMBER = "input.n";

  /** Keeps a sandbox busy for 20 ms, so that there is a middle of the work to step into. */
  static final String SLOW_NUMBER =
      "const end = Date.now() + 20; while (Date.now() < end); input.n";

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
        .collect(
            toMap(
                ExecutionResult::getExecutionId,
                result ->
                    result.getError() == null
                        ? String.valueOf(result.getOutput())
                        : result.getError().toString()));
  }
}
