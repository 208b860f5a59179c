package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Usage;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.SandboxPolicy;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** What a context costs, in an engine that has seen many. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ContextBenchmark {

  private static final Script NOTHING = new Script("nothing.js", Script.Kind.SCRIPT, "0");

  /** Contexts without Paddock. */
  @State(Scope.Benchmark)
  public static class Bare {

    private final Engine engine = dev.paddock.sandbox.guest.Guest.newEngine();

    /** An engine's contexts are all limited or none. */
    private final Engine limited = dev.paddock.sandbox.guest.Guest.newEngine();

    private static Context.Builder of(Engine engine) {
      return Context.newBuilder("js")
          .engine(engine)
          .sandbox(SandboxPolicy.CONSTRAINED)
          .allowHostAccess(HostAccess.CONSTRAINED);
    }

    /** Gives the engines up. */
    @TearDown
    public void close() {
      engine.close(true);
      limited.close(true);
    }
  }

  /** A guest whose next context is not made yet. */
  @State(Scope.Benchmark)
  public static class Unprepared extends GuestState {

    private long number;

    /** Uses up what was made. */
    @TearDown(Level.Invocation)
    public void use() {
      succeed(Workload.task(++number, NOTHING, "null", Workload.LIMITS));
    }
  }

  /** A guest whose next context is made, as it is where a sandbox waits for its next task. */
  @State(Scope.Benchmark)
  public static class Prepared extends GuestState {

    private long number;

    /** Makes the next context. */
    @Setup(Level.Invocation)
    public void prepare() {
      guest().prepare();
    }
  }

  /** A context without Paddock's globals and quotas, made and closed. */
  @Benchmark
  public void bare(Bare bare) {
    try (Context context = Bare.of(bare.engine).build()) {
      context.initialize("js");
    }
  }

  /** The same with the engine's own limit on CPU time, which Paddock does without. */
  @Benchmark
  public void bareWithCpuLimit(Bare bare) {
    try (Context context = Bare.of(bare.limited).option("sandbox.MaxCPUTime", "1000ms").build()) {
      context.initialize("js");
    }
  }

  /** A context with Paddock's globals, made ahead of its task. */
  @Benchmark
  public void prepare(Unprepared state) {
    state.guest().prepare();
  }

  /** A script that does nothing, in a context that was made ahead, which it closes. */
  @Benchmark
  public Answer runPrepared(Prepared state) {
    return state.succeed(Workload.task(++state.number, NOTHING, "null", Workload.LIMITS));
  }

  /** A small rule in a context that was made ahead, which it closes. */
  @Benchmark
  public Answer runPreparedRule(Prepared state) {
    return state.succeed(Workload.rule(++state.number));
  }

  /** A small rule in the context that the one before has left. */
  @Benchmark
  public Answer runReusedRule(GuestState state) {
    return state.succeed(Workload.reusingRule(1));
  }

  /** What begins and ends the quotas of a run, and no script. */
  @Benchmark
  public Usage quotas(GuestState state) {
    Run run = state.guard().begin(1, Workload.LIMITS, false, () -> {});
    Usage usage = run.usage();
    var _ = run.end();
    return usage;
  }
}
