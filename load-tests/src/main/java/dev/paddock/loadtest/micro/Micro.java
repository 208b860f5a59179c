package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Table;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatFactory;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * The process that has the sandbox's engine on its class path beside the worker's: runs benchmarks
 * one after another, shows what comes of each class, and writes all of it to a file where asked.
 */
public final class Micro {

  /** Without sandboxes' options, what is measured there would be of another JVM. */
  private static final Set<String> IN_SANDBOX =
      Set.of(ContextBenchmark.class.getSimpleName(), ConversionBenchmark.class.getSimpleName());

  private static final long GUEST_STACK_MIB = Workload.LIMITS.stackBytes() >> 20;

  private static final long GUEST_HEAP_BYTES = 64L << 20;

  /** Of the JVM itself, before the options of a sandbox's JVM that are its program. */
  private static final int JAVA = 1;

  /** The class path's option, the class path and the main class. */
  private static final int PROGRAM = 3;

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private final Plan plan;
  private final PrintStream out;
  private final List<RunResult> all = new ArrayList<>();

  private Micro(Plan plan, PrintStream out) {
    this.plan = plan;
    this.out = out;
  }

  /** Runs a plan; prints to standard output. */
  public static void main(String[] args) throws RunnerException, IOException {
    new Micro(Plan.of(Arrays.asList(args)), System.out).run();
  }

  private void run() throws RunnerException, IOException {
    Map<String, List<String>> byClass =
        plan.benchmarks().stream()
            .collect(
                Collectors.groupingBy(
                    name -> name.substring(0, name.indexOf('.')),
                    LinkedHashMap::new,
                    Collectors.toList()));
    for (Map.Entry<String, List<String>> one : byClass.entrySet()) {
      out.println();
      out.println(one.getKey());
      Collection<RunResult> results = new Runner(options(one.getKey(), one.getValue())).run();
      lines(results).forEach(out::println);
      all.addAll(results);
    }
    if (!plan.file().isEmpty()) {
      try (PrintStream file =
          new PrintStream(new FileOutputStream(plan.file()), false, StandardCharsets.UTF_8)) {
        ResultFormatFactory.getInstance(ResultFormatType.JSON, file).writeOut(all);
      }
    }
  }

  private Options options(String benchmarkClass, List<String> names) {
    List<String> jvm =
        new ArrayList<>(IN_SANDBOX.contains(benchmarkClass) ? ofSandbox() : ofWorker());
    jvm.add("-Dpaddock.home=" + Paddock.home());
    TimeValue time = TimeValue.milliseconds(plan.millis());
    var options =
        new OptionsBuilder()
            .forks(plan.forks())
            .warmupIterations(plan.warmUp())
            .warmupTime(time)
            .measurementIterations(plan.iterations())
            .measurementTime(time)
            .shouldFailOnError(true)
            .verbosity(VerboseMode.SILENT)
            .addProfiler(GCProfiler.class)
            .jvmArgs(jvm.toArray(String[]::new));
    names.forEach(name -> options.include("^" + Pattern.quote(Plan.whole(name)) + "$"));
    return options.build();
  }

  private static List<String> ofSandbox() {
    List<String> command =
        SandboxJvm.in(Paddock.home().resolve("sandbox")).command(GUEST_HEAP_BYTES);
    List<String> options = new ArrayList<>(command.subList(JAVA, command.size() - PROGRAM));
    options.add("-Xss" + GUEST_STACK_MIB + "m");
    return options;
  }

  /** As the launcher starts a worker. */
  private static List<String> ofWorker() {
    return List.of(
        "-XX:+UseSerialGC",
        "-XX:-UsePerfData",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow");
  }

  private static List<String> lines(Collection<RunResult> results) {
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "time each", "±", "allocated");
    for (RunResult result : results) {
      Result<?> time = result.getPrimaryResult();
      double error = time.getScoreError();
      table.row(
          named(result.getParams()),
          time(time.getScore()),
          Double.isNaN(error) ? "" : time(error),
          allocated(result));
    }
    return table.lines();
  }

  private static String named(BenchmarkParams params) {
    String name = params.getBenchmark();
    return params.getParamsKeys().stream()
        .map(key -> ", " + key + " " + params.getParam(key))
        .collect(Collectors.joining("", name.substring(name.lastIndexOf('.') + 1), ""));
  }

  private static String allocated(RunResult result) {
    for (Result<?> other : result.getSecondaryResults().values()) {
      if (other.getLabel().endsWith(ALLOCATED)) {
        return String.format(Locale.ROOT, "%,.0f B", other.getScore());
      }
    }
    return "";
  }

  private static String time(double nanos) {
    if (nanos < 1e4) {
      return String.format(Locale.ROOT, "%,.1f ns", nanos);
    }
    return nanos < 1e7
        ? String.format(Locale.ROOT, "%,.1f µs", nanos / 1e3)
        : String.format(Locale.ROOT, "%,.1f ms", nanos / 1e6);
  }
}
