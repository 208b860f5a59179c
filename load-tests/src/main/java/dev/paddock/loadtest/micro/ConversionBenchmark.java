package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Input and output of a script that does nothing with them, in a context that is reused. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class ConversionBenchmark {

  private static final Reuse REUSE = new Reuse(1_000_000, 3_600_000);

  private static final Limits LIMITS =
      new Limits(60_000, 60_000, 64 << 20, 4 << 20, 4 << 20, 1 << 16, 1_000, 1_000);

  /** Of the text that is converted. */
  @Param private Size size = Size.SMALL;

  private Task in = Workload.rule(1);
  private Task out = in;

  /** Makes the tasks. */
  @Setup
  public void make() {
    in = task("export default (input) => 0", size.json());
    out = task("const output = %s; export default () => output".formatted(size.json()), "null");
  }

  private static Task task(String source, String input) {
    return new Task(
        1,
        "conversion",
        "default",
        Map.of(),
        new Script("conversion.mjs", Script.Kind.MODULE, source),
        input,
        null,
        0,
        0,
        Task.Clock.REQUEST,
        Task.Randomness.SEEDED,
        LIMITS,
        REUSE);
  }

  /** A JSON text becomes the guest's value. */
  @Benchmark
  public Answer in(GuestState state) {
    return state.succeed(in);
  }

  /** The guest's value becomes a JSON text. */
  @Benchmark
  public Answer out(GuestState state) {
    return state.succeed(out);
  }
}
