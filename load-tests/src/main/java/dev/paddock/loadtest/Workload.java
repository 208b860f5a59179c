package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What is run: scripts such as users write, with their input. */
public final class Workload {

  /** The quotas where a measurement does not set its own. */
  public static final Limits LIMITS =
      new Limits(1_000, 5_000, 32 << 20, 4 << 20, 1 << 19, 1 << 16, 1_000, 1_000);

  /** Looks at each of 20 items with a regular expression and answers with a small object. */
  static final Script RULE =
      new Script(
          "rule.js",
          Script.Kind.SCRIPT,
          """
          const wanted = /^(oats|hay)-[0-9]+$/;
          let total = 0;
          const names = [];
          for (const item of input.items) {
            if (wanted.test(item.name)) {
              total += item.price * item.count;
              names.push(item.name);
            }
          }
          ({ total, names, matches: total > 100 });
          """);

  /** The same as a module, whose context can be reused. */
  private static final Script RULE_MODULE =
      new Script(
          "rule.mjs",
          Script.Kind.MODULE,
          """
          const wanted = /^(oats|hay)-[0-9]+$/;
          export default (input) => {
            let total = 0;
            const names = [];
            for (const item of input.items) {
              if (wanted.test(item.name)) {
                total += item.price * item.count;
                names.push(item.name);
              }
            }
            return { total, names, matches: total > 100 };
          };
          """);

  private static final Reuse REUSE = new Reuse(1_000_000, 3_600_000);

  /** For the rule. */
  public static final String RULE_INPUT = input(20);

  private Workload() {}

  /** So many items for a rule to look at. */
  public static String input(int items) {
    return IntStream.range(0, items)
        .mapToObj(Workload::item)
        .collect(Collectors.joining(",", "{\"items\":[", "]}"));
  }

  private static String item(int i) {
    return "{\"name\":\"%s-%d\",\"price\":%d.5,\"count\":%d}"
        .formatted(i % 2 == 0 ? "oats" : "straw", i, i % 100, i % 7);
  }

  /** The rule in a fresh context. */
  public static Task rule(long number) {
    return task(number, RULE, RULE_INPUT, LIMITS);
  }

  /** The rule in the context that its last execution has left. */
  public static Task reusingRule(long number) {
    return new Task(
        number,
        "execution-" + number,
        "default",
        Map.of(),
        RULE_MODULE,
        RULE_INPUT,
        null,
        0,
        number,
        Task.Clock.REQUEST,
        Task.Randomness.SEEDED,
        LIMITS,
        REUSE);
  }

  /** A script in a fresh context. */
  public static Task task(long number, Script script, String input, Limits limits) {
    return new Task(
        number, "execution-" + number, "default", Map.of(), script, input, 0, number, limits);
  }

  /** The rule as a request, with an id from its position. */
  public static ExecutionRequest.Builder request() {
    return ExecutionRequest.newBuilder()
        .setExecutionId("")
        .setScript(new InlineScript(RULE.name(), ScriptKind.SCRIPT, RULE.source(), Map.of()))
        .setInput(RULE_INPUT);
  }

  /**
   * For scripts that do succeed.
   *
   * @throws IllegalStateException where one did not
   */
  static void requireSuccess(ExecutionResult result) {
    if (result.getStatus() != ExecutionStatus.SUCCEEDED) {
      throw new IllegalStateException("The rule did not succeed: " + result);
    }
  }

  /** The usual quotas but for heap and stack. */
  static Limits limits(long heapBytes, long stackBytes) {
    return new Limits(
        LIMITS.cpuMillis(),
        LIMITS.wallMillis(),
        heapBytes,
        stackBytes,
        LIMITS.outputBytes(),
        LIMITS.logBytes(),
        LIMITS.logLines(),
        LIMITS.asyncOperations());
  }

  static Task task(long number, String source, Limits limits) {
    return task(number, new Script("script.js", Script.Kind.SCRIPT, source), "null", limits);
  }
}
