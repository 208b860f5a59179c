package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Ending;
import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.CommandFailure;
import dev.paddock.worker.cli.Logs;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.pool.PoolStatistics;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs a long mix of scripts, hostile ones among them, and shows whether anything grows. */
@Command(
    name = "soak",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a long mix of scripts, 2 %% of them hostile, on this machine, without Kafka.",
      "",
      "Shows memory and times over the run, and exits with 1 where a script ended otherwise than it"
          + " has to."
    })
public final class SoakCommand implements CommandExtension, Callable<Integer> {

  private static final int WINDOWS = 20;

  /** Of those, while sandboxes still get faster and larger. */
  private static final int WARMING_WINDOWS = 4;

  private static final long MAX_HEAP_BYTES = 32 << 20;

  @Option(
      names = "--executions",
      paramLabel = "N",
      description = "How many to run. Default: ${DEFAULT-VALUE}.")
  private int executions = 200_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Makes the same mix again. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--recycle",
      description =
          "Replace sandboxes as a worker does (sandbox.max.*). Without it they stay, so that growth"
              + " shows.")
  private boolean recycle;

  private final Terminal terminal = Terminal.stdout();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly(); // that sandboxes are killed is in the table
    int perWindow = Counts.positive("--executions", executions) / WINDOWS;
    if (perWindow == 0) {
      throw CommandFailure.usage(
          "--executions is " + executions + "; it must be " + WINDOWS + " or more");
    }
    int size = Runtime.getRuntime().availableProcessors();
    Map<String, String> settings =
        Map.of(
            "pool.size",
            Integer.toString(size),
            "pool.spares",
            "1",
            "sandbox.max.executions",
            recycle ? "100000" : "1000000000000",
            "sandbox.max.growth.bytes",
            recycle ? "512MiB" : "1024GiB");
    PrintStream out = terminal.out();
    out.println(Machine.description());
    out.printf(
        Locale.ROOT,
        "%,d executions on %d sandboxes and a spare, seed %d%n%n",
        perWindow * WINDOWS,
        size,
        seed);
    out.println(
        "        done  per second  median     p99  p99.9  sandboxes  worker's heap  killed");
    Samples early = new Samples();
    Samples late = new Samples();
    Samples earlyP99 = new Samples();
    Samples lateP99 = new Samples();
    try (Pen pen = Pen.open(Paddock.home(), MAX_HEAP_BYTES, settings);
        ExecutorService callers = Executors.newFixedThreadPool(size)) {
      for (int window = 0; window < WINDOWS; window++) {
        Times times = new Times();
        long begin = System.nanoTime();
        run(pen, callers, size, perWindow, window, times);
        double seconds = (System.nanoTime() - begin) / 1e9;
        pen.awaitIdle(size + 1);
        long resident = pen.residentBytes();
        PoolStatistics pool = pen.pool().statistics();
        out.printf(
            Locale.ROOT,
            "  %,10d  %,10.0f  %6s  %6s  %5s  %9s  %13s  %,6d%n",
            (window + 1) * perWindow,
            perWindow / seconds,
            times.text(50),
            times.text(99),
            times.text(99.9),
            Figures.mebibytes(resident),
            Figures.mebibytes(usedHeap()),
            pool.killed());
        out.flush();
        if (window >= WARMING_WINDOWS) {
          boolean isEarly = window < (WINDOWS + WARMING_WINDOWS) / 2;
          (isEarly ? early : late).add(resident);
          (isEarly ? earlyP99 : lateP99).add(times.micros(99));
        }
      }
      PoolStatistics pool = pen.pool().statistics();
      out.printf(
          Locale.ROOT,
          "%nSecond half by comparison with the first, warm-up left out: resident memory %s,"
              + " p99 %s%nSandboxes: %d started, %d killed, %d crashed, %d recycled%n",
          Figures.percent(late.median() / early.median()),
          Figures.percent(lateP99.median() / earlyP99.median()),
          pool.started(),
          pool.killed(),
          pool.crashed(),
          pool.recycled());
      return 0;
    } catch (ExecutionException e) {
      throw new CommandFailure(String.valueOf(e.getCause()));
    }
  }

  private void run(Pen pen, ExecutorService callers, int size, int count, int window, Times times)
      throws InterruptedException, ExecutionException {
    var runs =
        IntStream.range(0, size)
            .<Callable<Void>>mapToObj(
                caller ->
                    () -> {
                      Random random = new Random(seed + (long) window * size + caller);
                      for (int i = caller; i < count; i += size) {
                        once(pen, SoakMix.next(random), times);
                      }
                      return null;
                    })
            .toList();
    for (Future<Void> run : callers.invokeAll(runs)) {
      run.get();
    }
  }

  private static void once(Pen pen, SoakMix.Kind kind, Times times) throws InterruptedException {
    long begin = System.nanoTime();
    Ending ending = pen.answer(kind.task(pen.nextNumber())).ending();
    times.addMicros((System.nanoTime() - begin) / 1_000);
    if (!kind.endsSo(ending)) {
      throw new IllegalStateException("This script ended with " + ending + ":\n" + kind + "\n");
    }
  }

  private static long usedHeap() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
