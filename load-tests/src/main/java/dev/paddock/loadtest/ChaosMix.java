package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ViolationKind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Requests of five tenants, one in twenty of them hostile, and what has to come of each. */
final class ChaosMix {

  private static final int TENANTS = 5;
  private static final int KEYS_PER_TENANT = 12;
  private static final double HOSTILE = 0.05;

  private static final int MOST_ROUNDS = 3_000;
  private static final int MOST_SLEEP_MILLIS = 20;

  /** Of MINSTD's relatives; any would do, as long as Java and JavaScript agree on it. */
  private static final int MULTIPLIER = 1_103_515_245;

  private static final int INCREMENT = 12_345;

  private static final String COMPUTE =
      """
      let x = input.n;
      for (let i = 0; i < input.size; i++) x = (Math.imul(x, 1103515245) + 12345) | 0;
      ({ n: input.n, x })
      """;

  private static final String SLEEP =
      """
      export default async (input, context) => {
        await new Promise((resolve) => setTimeout(resolve, input.size));
        return { n: input.n, tenant: context.tenant };
      };
      """;

  private static final String THROW = "throw new RangeError('n is ' + input.n)";

  /** So much that an honest script never comes near, on however busy a machine. */
  private static final Limits ROOMY =
      Limits.newBuilder().setCpuMillis(10_000L).setWallMillis(30_000L).build();

  private static final Limits LITTLE_CPU =
      Limits.newBuilder().setCpuMillis(50L).setWallMillis(30_000L).build();

  private static final Limits LITTLE_HEAP =
      Limits.newBuilder()
          .setCpuMillis(10_000L)
          .setWallMillis(30_000L)
          .setHeapBytes(8L << 20)
          .build();

  private static final Limits LITTLE_OUTPUT =
      Limits.newBuilder()
          .setCpuMillis(10_000L)
          .setWallMillis(30_000L)
          .setOutputBytes(10_000L)
          .build();

  /**
   * A hostile script.
   *
   * @param share how many of a hundred are of it
   * @param kind what stops it
   */
  private record Hostile(int share, String source, Limits limits, ViolationKind kind) {}

  private static final List<Hostile> HOSTILES =
      List.of(
          new Hostile(40, "for (;;);", LITTLE_CPU, ViolationKind.CPU_TIME),
          // This one costs its sandbox.
          new Hostile(4, "10n ** 50000000n", LITTLE_CPU, ViolationKind.CPU_TIME),
          new Hostile(8, "const all = []; for (;;) all.push({})", LITTLE_HEAP, ViolationKind.HEAP),
          new Hostile(24, "'x'.repeat(20000)", LITTLE_OUTPUT, ViolationKind.OUTPUT_SIZE),
          new Hostile(24, "new Promise(() => {})", ROOMY, ViolationKind.WALL_TIME));

  /**
   * How a request has to end.
   *
   * @param output the output, or the error's message where the script fails; null for a violation
   * @param violation what the violation has to be, or null for none
   */
  record Expected(
      ExecutionStatus status, @Nullable String output, @Nullable ViolationKind violation) {}

  /** A request with its record key and how it has to end. */
  record Entry(String key, ExecutionRequest request, Expected expected) {}

  private final long seed;

  ChaosMix(long seed) {
    this.seed = seed;
  }

  /** The same request for the same number. */
  Entry entry(int n) {
    Random random = new Random(seed * 1_000_003 + n);
    String tenant = "tenant-" + random.nextInt(TENANTS);
    String key = tenant + "/" + random.nextInt(KEYS_PER_TENANT);
    ExecutionRequest.Builder request =
        ExecutionRequest.newBuilder().setExecutionId(id(n)).setTenant(tenant).setLimits(ROOMY);
    if (random.nextDouble() < HOSTILE) {
      Hostile hostile = hostile(random);
      request.setScript(script(hostile.source())).setLimits(hostile.limits());
      return new Entry(
          key, request.build(), new Expected(ExecutionStatus.VIOLATED, null, hostile.kind()));
    }
    int choice = random.nextInt(20);
    int size = random.nextInt(choice == 0 ? MOST_SLEEP_MILLIS : MOST_ROUNDS);
    request.setInput("{\"n\":%d,\"size\":%d}".formatted(n, size));
    return switch (choice) {
      case 0 ->
          new Entry(
              key,
              request.setScript(script("sleep.mjs", ScriptKind.MODULE, SLEEP)).build(),
              succeeds("{\"n\":%d,\"tenant\":\"%s\"}".formatted(n, tenant)));
      case 1 ->
          new Entry(
              key,
              request.setScript(script(THROW)).build(),
              new Expected(ExecutionStatus.FAILED, "n is " + n, null));
      default ->
          new Entry(
              key,
              request.setScript(script(COMPUTE)).build(),
              succeeds("{\"n\":%d,\"x\":%d}".formatted(n, compute(n, size))));
    };
  }

  /** The execution id of a request. */
  static String id(int n) {
    return "chaos-" + n;
  }

  private static Hostile hostile(Random random) {
    int left = random.nextInt(100);
    for (Hostile hostile : HOSTILES) {
      left -= hostile.share();
      if (left < 0) {
        return hostile;
      }
    }
    throw new IllegalStateException("The shares add up to less than a hundred");
  }

  private static int compute(int n, int rounds) {
    int x = n;
    for (int i = 0; i < rounds; i++) {
      x = x * MULTIPLIER + INCREMENT;
    }
    return x;
  }

  private static Expected succeeds(String output) {
    return new Expected(ExecutionStatus.SUCCEEDED, output, null);
  }

  private static InlineScript script(String source) {
    return script("script.js", ScriptKind.SCRIPT, source);
  }

  private static InlineScript script(String name, ScriptKind kind, String source) {
    return new InlineScript(name, kind, source, Map.of());
  }
}
