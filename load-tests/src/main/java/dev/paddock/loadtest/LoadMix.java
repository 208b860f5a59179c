package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.CommandFailure;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Requests with scripts of several kinds by weight, of many tenants of whom some send more than
 * others. The same seed and number give the same request.
 */
final class LoadMix {

  /** Whom hostile scripts come from. */
  static final String HOSTILE_TENANT = "hostile";

  /** What one of the input's items takes, about. */
  private static final int ITEM_BYTES = 42;

  private static final Limits LITTLE_CPU = Limits.newBuilder().setCpuMillis(100L).build();

  private static final Limits LITTLE_OUTPUT = Limits.newBuilder().setOutputBytes(10_000L).build();

  private static final Limits LITTLE_HEAP =
      Limits.newBuilder().setCpuMillis(2_000L).setHeapBytes(8L << 20).build();

  private record Hostile(String source, Limits limits) {}

  private static final List<Hostile> HOSTILES =
      List.of(
          new Hostile("for (;;);", LITTLE_CPU),
          new Hostile("'x'.repeat(20000)", LITTLE_OUTPUT),
          new Hostile("const all = []; for (;;) all.push({})", LITTLE_HEAP));

  /** What a script is like. */
  enum Kind {
    RULE,
    JSON,
    TEMPLATE,
    REGEX,
    LIBRARY,
    COMPUTE,
    ASYNC,
    HOSTILE;

    /** As options and reports have it. */
    String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Kind of(String label) {
      return Arrays.stream(values())
          .filter(kind -> kind.label().equals(label))
          .findFirst()
          .orElseThrow(
              () ->
                  CommandFailure.usage(
                      "--mix has the kind \"%s\"; there are %s"
                          .formatted(
                              label,
                              Arrays.stream(values())
                                  .map(Kind::label)
                                  .collect(Collectors.joining(", ")))));
    }

    /** How its executions end. */
    ExecutionStatus ending() {
      return this == HOSTILE ? ExecutionStatus.VIOLATED : ExecutionStatus.SUCCEEDED;
    }
  }

  private final long seed;
  private final TreeMap<Integer, Kind> byWeight = new TreeMap<>();
  private final TreeMap<Double, String> byTenant = new TreeMap<>();
  private final String input;
  private final Map<Kind, InlineScript> scripts = new EnumMap<>(Kind.class);

  /**
   * Prepares it.
   *
   * @param weights above 0
   * @param tenants how many there are, beside the hostile one
   * @param skew the number n of them sends in proportion to 1 / n to the power of this; 0 for all
   *     alike
   * @param inputBytes about the size of an input
   */
  LoadMix(Map<Kind, Integer> weights, int tenants, double skew, int inputBytes, long seed)
      throws IOException {
    this.seed = seed;
    int weight = 0;
    for (Map.Entry<Kind, Integer> one : weights.entrySet()) {
      weight += one.getValue();
      byWeight.put(weight, one.getKey());
      if (one.getKey() != Kind.HOSTILE) {
        scripts.put(one.getKey(), script(one.getKey()));
      }
    }
    double share = 0;
    for (int n = 1; n <= tenants; n++) {
      share += 1 / Math.pow(n, skew);
      byTenant.put(share, "tenant-" + n);
    }
    input = Workload.input(Math.max(1, inputBytes / ITEM_BYTES));
  }

  /**
   * Reads weights such as {@code rule=8,json=2}.
   *
   * @throws CommandFailure where they are none
   */
  static Map<Kind, Integer> weights(String text) {
    Map<Kind, Integer> weights = new EnumMap<>(Kind.class);
    for (String part : text.split(",", -1)) {
      int equals = part.indexOf('=');
      String weight = part.substring(equals + 1);
      if (equals < 0 || !weight.matches("[1-9][0-9]{0,5}")) {
        throw CommandFailure.usage(
            "--mix has \"%s\"; it takes a kind and its weight, 1 to 999999, such as rule=8,json=2"
                .formatted(part));
      }
      weights.put(Kind.of(part.substring(0, equals)), Integer.valueOf(weight));
    }
    return weights;
  }

  /** The request of a number, with an execution id that names its kind and number. */
  ExecutionRequest.Builder request(int number) {
    SplittableRandom random = new SplittableRandom(seed * 1_000_003 + number);
    int weight = random.nextInt(byWeight.lastKey());
    Kind kind = byWeight.higherEntry(weight).getValue();
    ExecutionRequest.Builder request =
        ExecutionRequest.newBuilder().setExecutionId(kind.label() + "/" + number).setInput(input);
    if (kind == Kind.HOSTILE) {
      Hostile hostile = HOSTILES.get(random.nextInt(HOSTILES.size()));
      return request
          .setTenant(HOSTILE_TENANT)
          .setScript(new InlineScript("hostile.js", ScriptKind.SCRIPT, hostile.source(), Map.of()))
          .setLimits(hostile.limits());
    }
    double share = random.nextDouble() * byTenant.lastKey();
    return request.setTenant(byTenant.higherEntry(share).getValue()).setScript(scripts.get(kind));
  }

  /** Of what kind the request was that has this execution id. */
  static Kind kind(String executionId) {
    return Kind.of(executionId.substring(0, executionId.indexOf('/')));
  }

  private static InlineScript script(Kind kind) throws IOException {
    return switch (kind) {
      case RULE -> plain(kind, Workload.RULE.source());
      case JSON ->
          module(
              kind,
              """
              export default ({ items }) => {
                const byKind = Object.groupBy(items, ({ name }) => name.split('-')[0]);
                return Object.entries(byKind).map(([kind, all]) => ({
                  kind,
                  count: all.reduce((sum, { count }) => sum + count, 0),
                  dearest: all.toSorted((a, b) => b.price - a.price).slice(0, 3),
                }));
              };
              """);
      case TEMPLATE ->
          module(
              kind,
              """
              const escapes = { '&': '&amp;', '<': '&lt;', '"': '&quot;' };
              const text = (value) => String(value).replace(/[&<"]/g, (c) => escapes[c]);
              const row = ({ name, price, count }) =>
                `<tr class="${count > 3 ? 'many' : 'few'}"><td>${text(name)}</td>` +
                `<td>${price.toFixed(2)}</td><td>${count}</td></tr>`;
              export default ({ items }) => `<table>${items.map(row).join('')}</table>`;
              """);
      case REGEX ->
          module(
              kind,
              """
              const word = /(?<kind>[a-z]+)-(?<number>\\d+)/gu;
              const amount = /"price":(\\d+)\\.(\\d+)/g;
              export default (input) => {
                const text = JSON.stringify(input);
                const words = [...text.matchAll(word)].map(({ groups }) => groups.number);
                return { words: words.length, cents: text.replace(amount, '$1$2').length };
              };
              """);
      case LIBRARY ->
          module(
              kind,
              Lodash.module(
                  """
                  export default ({ items }) =>
                    _.chain(items).groupBy('count').mapValues((all) => _.sumBy(all, 'price')).value();
                  """));
      case COMPUTE ->
          module(
              kind,
              """
              export default () => {
                const sieve = new Uint8Array(50_000);
                let primes = 0;
                for (let n = 2; n < sieve.length; n++) {
                  if (sieve[n] === 0) {
                    primes++;
                    for (let m = n * 2; m < sieve.length; m += n) sieve[m] = 1;
                  }
                }
                return primes;
              };
              """);
      case ASYNC ->
          module(
              kind,
              """
              const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
              export default async ({ items }) => {
                await sleep(1);
                const prices = await Promise.all(items.map(async ({ price }) => price * 2));
                await sleep(1);
                return prices.reduce((a, b) => a + b, 0);
              };
              """);
      case HOSTILE -> throw new IllegalArgumentException("It has several");
    };
  }

  private static InlineScript plain(Kind kind, String source) {
    return new InlineScript(kind.label() + ".js", ScriptKind.SCRIPT, source, Map.of());
  }

  private static InlineScript module(Kind kind, String source) {
    return new InlineScript(kind.label() + ".mjs", ScriptKind.MODULE, source, Map.of());
  }
}
