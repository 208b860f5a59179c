package dev.paddock.loadtest;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalRegistry;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.FolderTree;
import dev.paddock.worker.cli.Logs;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.config.Configuration;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Kills, stops and restarts everything but the registry, and counts the results. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    description = {
      "Kills and stops workers, sandboxes and the broker at random while requests are run, 5 %% of"
          + " them hostile, and then checks what a reader of committed records finds.",
      "",
      "That is exactly one result for each request, with the right output, in the order of its key,"
          + " every violation once and of the right kind, and committed offsets at the end. Starts"
          + " a broker, a registry and workers of its own; keeps their logs where something is"
          + " wrong."
    },
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Everything is as it has to be.",
      "1:Something is not, or something could not start.",
      "2:The command line is wrong."
    })
public final class ChaosCommand implements CommandExtension, Callable<Integer> {

  private static final int REQUESTS_PER_FAULT = 500;

  /** So that who is killed or stopped is given up while there is still something to do. */
  private static final Map<String, String> BROKER =
      Map.of(
          "group.consumer.min.session.timeout.ms", "5000",
          "group.consumer.session.timeout.ms", "5000",
          "group.consumer.min.heartbeat.interval.ms", "100",
          "group.consumer.heartbeat.interval.ms", "500",
          // A broker that was killed comes back only when that is over.
          "broker.session.timeout.ms", "4000",
          "broker.heartbeat.interval.ms", "500",
          "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

  @Option(
      names = "--requests",
      paramLabel = "N",
      description = "How many to run. Default: ${DEFAULT-VALUE}.")
  private int requests = 50_000;

  @Option(
      names = "--workers",
      paramLabel = "N",
      description = "Worker processes, each with one sandbox. Default: ${DEFAULT-VALUE}.")
  private int workers = 3;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  private int partitions = 12;

  @Option(
      names = "--faults",
      paramLabel = "N",
      description = "How many faults to make. Default: one for every 500 requests, but 8 at least.")
  private int faults;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Makes the same requests and the same faults again. Default: ${DEFAULT-VALUE}.")
  private long seed = 1;

  @Option(
      names = "--longest-pause",
      paramLabel = "SECONDS",
      description =
          "How long something is away or stopped at most; 5 is when a worker is given up. Default:"
              + " ${DEFAULT-VALUE}.")
  private int longestPause = 12;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      description = "When to give up. Default: ${DEFAULT-VALUE}.")
  private int minutes = 60;

  private final Terminal terminal = Terminal.stdout();
  private final long begin = System.nanoTime();

  @Override
  public Integer call() throws Exception {
    int count = Counts.positive("--requests", requests);
    int herdSize = Counts.positive("--workers", workers);
    int faultCount =
        faults == 0
            ? Math.max(ChaosPlan.Fault.values().length, count / REQUESTS_PER_FAULT)
            : Counts.positive("--faults", faults);
    Duration pause = Duration.ofSeconds(Counts.positive("--longest-pause", longestPause));
    Duration bound = Duration.ofMinutes(Counts.positive("--minutes", minutes));
    Path folder = Files.createTempDirectory("paddock-chaos");
    Logs.toFile(folder.resolve("paddock.log"));
    PrintStream out = terminal.out();
    out.println(Machine.description());
    out.printf(
        Locale.ROOT,
        "%,d requests, %d workers, %d partitions, %d faults, seed %d; logs in %s%n%n",
        count,
        herdSize,
        Counts.positive("--partitions", partitions),
        faultCount,
        seed,
        folder);
    List<String> findings =
        run(folder, herdSize, ChaosPlan.of(seed, count, faultCount, pause), count, bound);
    out.println();
    if (findings.isEmpty()) {
      out.println(
          terminal.style(
              Style.GOOD,
              "✓ every request has exactly one result, the right one, in the order of its key;"
                  + " everything is committed"));
      new FolderTree(folder).delete();
      return 0;
    }
    findings.forEach(finding -> out.println(terminal.style(Style.BAD, "✗ " + finding)));
    return 1;
  }

  private List<String> run(Path folder, int herdSize, ChaosPlan plan, int count, Duration bound)
      throws Exception {
    Path home = Paddock.home();
    Path data = folder.resolve("services");
    LocalBroker broker = LocalBroker.start(home, data, 0, BROKER);
    try (LocalRegistry registry = LocalRegistry.start(home, data, 0)) {
      Map<String, String> settings = settings(broker, registry);
      Configuration configuration = Configuration.of(settings);
      var _ = Topics.create(configuration);
      ChaosAudit audit = new ChaosAudit();
      try (ChaosHerd herd = new ChaosHerd(folder, settings);
          ChaosTopics topics = new ChaosTopics(configuration, audit);
          Chaos chaos =
              new Chaos(
                  plan,
                  new ChaosMix(seed),
                  count,
                  herdSize,
                  herd,
                  topics,
                  audit,
                  broker,
                  killed -> restarted(killed, home, data),
                  this::tell)) {
        Runtime.getRuntime().addShutdownHook(new Thread(chaos::abandon));
        chaos.run(bound);
        tell("%,d results".formatted(audit.answered()));
        List<String> findings = chaos.verdict();
        tell(
            chaos.done().entrySet().stream()
                .map(
                    entry ->
                        "%d %s"
                            .formatted(
                                entry.getValue(),
                                entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ')))
                .collect(Collectors.joining(", ", "faults: ", "")));
        return findings;
      }
    }
  }

  private Map<String, String> settings(LocalBroker broker, LocalRegistry registry) {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("registry.url", registry.url());
    settings.put("topics.partitions", Integer.toString(partitions));
    settings.put("ordering", "key");
    settings.put("pool.size", "1");
    // Most processes do not live long.
    settings.put("pool.spares", "0");
    settings.put("sandbox.compilation", "quick");
    settings.put("limits.ceiling.heap.bytes", "32MiB");
    // What is given up is given up soon, and little of it, however slow the machine.
    settings.put("intake.drain.ms", "2000");
    settings.put("intake.max.in.flight", "200");
    // Readers wait that long for what a killed worker has left open.
    settings.put("kafka.producer.transaction.timeout.ms", "5000");
    return settings;
  }

  private static LocalBroker restarted(LocalBroker killed, Path home, Path data) {
    int port = Integer.parseInt(killed.bootstrapServers().split(":", -1)[1]);
    return LocalBroker.start(home, data, port, BROKER);
  }

  private void tell(String what) {
    long seconds = Duration.ofNanos(System.nanoTime() - begin).toSeconds();
    terminal.out().printf(Locale.ROOT, "  %2d:%02d  %s%n", seconds / 60, seconds % 60, what);
    terminal.out().flush();
  }
}
