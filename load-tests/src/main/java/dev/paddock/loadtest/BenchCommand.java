package dev.paddock.loadtest;

import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures Paddock on the machine at hand. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures Paddock on this machine: sandboxes by themselves, and catalog, pipeline, delivery,",
      "fairness and first with a Kafka broker and a schema registry that it starts and stops.",
      "",
      "What paddock.yaml and PADDOCK_ variables say of sandboxes and pool holds for them, too.",
      "",
      "Each figure is taken in turns with what it is compared to; believe the ratios, not the times."
    })
public final class BenchCommand implements CommandExtension, Callable<Integer> {

  /** A part of the measurements. */
  enum Part {
    THROUGHPUT,
    QUOTAS,
    START,
    DETECTION,
    MEMORY,
    CATALOG,
    PIPELINE,
    DELIVERY,
    FAIRNESS,
    FIRST;

    private Bench bench(LoopbackKafka kafka) {
      return switch (this) {
        case THROUGHPUT -> new ThroughputBench();
        case QUOTAS -> new QuotaBench();
        case START -> new StartBench();
        case DETECTION -> new DetectionBench();
        case MEMORY -> new MemoryBench();
        case CATALOG -> new CatalogBench(kafka);
        case PIPELINE -> new PipelineBench(kafka);
        case DELIVERY -> new DeliveryBench(kafka);
        case FAIRNESS -> new FairnessBench(kafka);
        case FIRST -> new FirstResultBench(kafka);
      };
    }
  }

  @Parameters(
      paramLabel = "PART",
      description = "What to measure: ${COMPLETION-CANDIDATES}; everything where none is named.")
  private Set<Part> parts = EnumSet.noneOf(Part.class);

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each measurement is taken. Default: ${DEFAULT-VALUE}.")
  private int rounds = 8;

  @Option(
      names = "--executions",
      paramLabel = "N",
      description = "Scripts run per round where speed is measured. Default: ${DEFAULT-VALUE}.")
  private int executions = 4_000;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Counts counts =
        new Counts(
            Counts.positive("--rounds", rounds), Counts.positive("--executions", executions));
    Terminal terminal = Terminal.stdout();
    PrintStream out = terminal.out();
    out.println(Machine.description());
    Path home = Paddock.home();
    try (LoopbackKafka kafka = new LoopbackKafka(home)) {
      for (Part part : parts.isEmpty() ? EnumSet.allOf(Part.class) : EnumSet.copyOf(parts)) {
        Bench bench = part.bench(kafka);
        out.println();
        out.println(terminal.style(Style.HEADING, bench.title()));
        bench.measure(home, counts).forEach(out::println);
        out.flush();
      }
    }
    return 0;
  }
}
