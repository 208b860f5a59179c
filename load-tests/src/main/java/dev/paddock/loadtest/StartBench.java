package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.worker.cli.FolderTree;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a kill costs: how long it takes until the next script is answered, with the start cache and
 * without, and with a spare.
 */
final class StartBench implements Bench {

  private static final String UNSTOPPABLE = "10n ** 50000000n";

  private static final Limits SHORT =
      new Limits(50, 5_000, 32 << 20, 4 << 20, 1 << 19, 1 << 16, 1_000, 1_000);

  @Override
  public String title() {
    return "Start: from the kill of a sandbox to the next answer";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Path bare = withoutCache(home);
    Samples cached = new Samples();
    Samples uncached = new Samples();
    Samples spared = new Samples();
    Samples cachedCpu = new Samples();
    Samples uncachedCpu = new Samples();
    try (Pen withCache = pen(home, 0);
        Pen without = pen(bare, 0);
        Pen withSpare = pen(home, 1)) {
      withSpare.awaitIdle(2);
      for (int round = 0; round < counts.rounds(); round++) {
        cached.add(killToAnswer(withCache));
        cachedCpu.add(withCache.cpuNanos());
        uncached.add(killToAnswer(without));
        uncachedCpu.add(without.cpuNanos());
        spared.add(killToAnswer(withSpare));
        withSpare.awaitIdle(2); // or the next measurement would share the cores with a start
      }
    } finally {
      new FolderTree(bare).delete();
    }
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "median", "least", "most", "CPU of the new sandbox");
    row(table, "no spare, with the start cache", cached, Figures.millis(cachedCpu.median()));
    row(table, "no spare, without it", uncached, Figures.millis(uncachedCpu.median()));
    row(table, "a spare is ready (the default)", spared, "");
    return table.lines();
  }

  private static void row(Table table, String name, Samples samples, String cpu) {
    table.row(
        name,
        Figures.millis(samples.median()),
        Figures.millis(samples.min()),
        Figures.millis(samples.max()),
        cpu);
  }

  private static Pen pen(Path home, int spares) throws IOException, InterruptedException {
    return Pen.open(home, SHORT.heapBytes(), Map.of("pool.spares", Integer.toString(spares)));
  }

  /** The run returns when its sandbox was killed. */
  private static double killToAnswer(Pen pen) throws InterruptedException {
    long killed = pen.pool().statistics().killed();
    pen.answer(Workload.task(pen.nextNumber(), UNSTOPPABLE, SHORT));
    if (pen.pool().statistics().killed() != killed + 1) {
      throw new IllegalStateException("The sandbox was not killed");
    }
    long begin = System.nanoTime();
    pen.rules(1);
    return System.nanoTime() - begin;
  }

  /** A home whose sandboxes start without the cache. */
  private static Path withoutCache(Path home) throws IOException {
    Path bare = Files.createTempDirectory("paddock-bench");
    Path sandbox = Files.createDirectory(bare.resolve("sandbox"));
    try (Stream<Path> files = Files.list(home.resolve("sandbox"))) {
      for (Path jar : files.filter(file -> file.toString().endsWith(".jar")).toList()) {
        Files.copy(jar, sandbox.resolve(jar.getFileName()));
      }
    }
    return bare;
  }
}
