package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.List;
import java.util.random.RandomGenerator;

/** Scripts of every kind by how often they come, and how each has to end. */
final class SoakMix {

  private static final Limits LIMITS =
      new Limits(50, 10_000, 8 << 20, 1 << 20, 10_000, 1_000, 100, 100);

  private static final Limits ROOMY =
      new Limits(5_000, 10_000, 32 << 20, 4 << 20, 100_000, 10_000, 100, 100);

  /** How a run has to end. */
  private sealed interface End {
    record Succeeds() implements End {}

    record Fails(String error) implements End {}

    record Stops(Quota quota) implements End {}
  }

  /**
   * One kind of script.
   *
   * @param share how many of ten thousand are of it
   */
  record Kind(int share, Script script, String input, Limits limits, End end) {

    Task task(long number) {
      return Workload.task(number, script, input, limits);
    }

    /** Whether a run ended as it had to. */
    boolean endsSo(Ending ending) {
      return switch (end) {
        case End.Succeeds _ -> ending instanceof Ending.Succeeded;
        case End.Fails fails ->
            ending instanceof Ending.Failed failed && failed.error().name().equals(fails.error());
        case End.Stops stops ->
            ending instanceof Ending.Stopped stopped && stopped.breach().quota() == stops.quota();
      };
    }

    @Override
    public String toString() {
      return script.source();
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(1, script("10n ** 50000000n"), "null", LIMITS, new End.Stops(Quota.CPU_TIME)),
          new Kind(30, script("for (;;);"), "null", LIMITS, new End.Stops(Quota.CPU_TIME)),
          new Kind(
              10,
              script("const kept = []; for (;;) kept.push({})"),
              "null",
              ROOMY,
              new End.Stops(Quota.HEAP)),
          new Kind(30, script("'x'.repeat(1e6)"), "null", ROOMY, new End.Stops(Quota.OUTPUT_SIZE)),
          new Kind(
              30,
              script("for (;;) setTimeout(() => 0, 1e6)"),
              "null",
              ROOMY,
              new End.Stops(Quota.ASYNC_OPERATIONS)),
          new Kind(
              30, script("new Promise(() => {})"), "null", ROOMY, new End.Stops(Quota.WALL_TIME)),
          new Kind(
              50,
              script("const deep = (n) => deep(n + 1); deep(0)"),
              "null",
              ROOMY,
              new End.Stops(Quota.STACK)),
          new Kind(
              619,
              script(
                  """
                  const url = new URL('http://hay.example/?' + input.items[0].name);
                  const copy = structuredClone(input);
                  console.log(url.search, copy.items.length);
                  JSON.stringify(copy).replace(/"price"/g, '"cost"').length
                  """),
              Workload.RULE_INPUT,
              ROOMY,
              new End.Succeeds()),
          new Kind(
              1_200,
              script("throw new TypeError('as expected')"),
              "null",
              ROOMY,
              new End.Fails("TypeError")),
          new Kind(
              2_000,
              new Script(
                  "enrich.mjs",
                  Script.Kind.MODULE,
                  """
                  const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
                  export default async (input, context) => {
                    await sleep(0);
                    return { ...input.items[3], at: context.now };
                  };
                  """),
              Workload.RULE_INPUT,
              ROOMY,
              new End.Succeeds()),
          new Kind(6_000, Workload.RULE, Workload.RULE_INPUT, ROOMY, new End.Succeeds()));

  private SoakMix() {}

  /** One at random, by weight. */
  static Kind next(RandomGenerator random) {
    int left = random.nextInt(10_000);
    for (Kind kind : KINDS) {
      left -= kind.share();
      if (left < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("The weights add up to less than ten thousand");
  }

  private static Script script(String source) {
    return new Script("script.js", Script.Kind.SCRIPT, source);
  }
}
