package dev.paddock.loadtest;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.worker.cli.terminal.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Resident memory of one sandbox, by the highest heap limit that it has to serve. */
final class MemoryBench implements Bench {

  private static final List<Integer> CEILINGS_MIB = List.of(8, 128);

  private static final String BOMB = "const kept = []; for (;;) kept.push({ a: kept.length })";

  @Override
  public String title() {
    return "Memory: resident, of one sandbox";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Table table = new Table(Table.Align.RIGHT);
    table.row("ceiling of the heap limit", "ready", "after rules", "after memory bombs");
    for (int ceiling : CEILINGS_MIB) {
      long heapBytes = (long) ceiling << 20;
      Limits limits = Workload.limits(heapBytes, Workload.LIMITS.stackBytes());
      try (Pen pen = Pen.open(home, heapBytes, Map.of())) {
        long ready = pen.residentBytes();
        pen.rules(counts.warmUp());
        long warm = pen.residentBytes();
        for (int round = 0; round < counts.rounds(); round++) {
          pen.answer(Workload.task(pen.nextNumber(), BOMB, limits));
        }
        table.row(
            ceiling + " MiB",
            Figures.mebibytes(ready),
            Figures.mebibytes(warm),
            Figures.mebibytes(pen.residentBytes()));
      }
    }
    return table.lines();
  }
}
