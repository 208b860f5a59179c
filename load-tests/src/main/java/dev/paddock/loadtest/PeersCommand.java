package dev.paddock.loadtest;

import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.cli.terminal.Terminal;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Compares Paddock with what Node users run scripts from Kafka with. The others read plain JSON, as
 * they would of their own accord; Paddock reads Avro with the registry.
 */
@Command(
    name = "peers",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Compares Paddock with what Node users run scripts from Kafka with today, on this machine, with",
      "one broker that it starts and stops: the vm module, isolated-vm and worker threads, each as",
      "Kafka workers with kafkajs and with @platformatic/kafka, as many processes as cores; and with",
      "loops that only move the records.",
      "",
      "Each is started alone, warmed up, given a backlog, and then requests at half of the rate that it",
      "got through; times count from when a request was meant to be sent. Then each has to stand",
      "attacks with requests of other tenants around them.",
      "",
      "Needs node and npm on the path, which installs the packages; whoever cannot be had is left out,",
      "and it is said why. The others read plain JSON, as their users would, and Paddock Avro.",
      "",
      "What paddock.yaml and PADDOCK_ variables say of sandboxes and pool holds for Paddock, too."
    })
public final class PeersCommand implements CommandExtension, Callable<Integer> {

  private static final int MOST_EXECUTIONS = 1_000_000;
  private static final int MOST_SECONDS = 600;
  private static final int MOST_ROUNDS = 100;

  @Option(
      names = "--contenders",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "Who is compared. Default: all.")
  private List<String> contenders = List.of();

  @Option(
      names = "--scripts",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "What they run: rule, json. Default: both.")
  private List<String> scripts = List.of("rule", "json");

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description =
          "Seconds of a backlog before that, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUp = 60;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description =
          "How long each is given a backlog, and requests at a rate, about. Default:"
              + " ${DEFAULT-VALUE}.")
  private int seconds = 8;

  @Option(
      names = "--executions",
      paramLabel = "N",
      description = "So many in each of these at the most. Default: ${DEFAULT-VALUE}.")
  private int executions = 500_000;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often all are measured, in turns. Default: ${DEFAULT-VALUE}.")
  private int rounds = 1;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Partitions of each topic. Default: ${DEFAULT-VALUE}.")
  private int partitions = 12;

  @Option(
      names = "--attacks",
      paramLabel = "NAME,...",
      split = ",",
      hideParamSyntax = true,
      description = "Which attacks are tried. Default: all.")
  private List<String> attacks = List.of();

  @Option(names = "--no-attacks", description = "Try no attacks.")
  private boolean noAttacks;

  @Option(names = "--no-speed", description = "Measure no speed.")
  private boolean noSpeed;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where packages are installed. Default: peers beside Paddock's own files.")
  private @Nullable Path work;

  @Mixin private final ReportFolder report = new ReportFolder();

  private final Terminal terminal = Terminal.stdout();
  private final Terminal progress = Terminal.stderr();
  private final Map<String, String> absent = new LinkedHashMap<>();
  private final List<PeerScore> scores = new ArrayList<>();
  private final List<Assault.Verdict> verdicts = new ArrayList<>();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Counts.positive("--warm-up", warmUp, MOST_SECONDS);
    Counts.positive("--seconds", seconds, MOST_SECONDS);
    Counts.positive("--executions", executions, MOST_EXECUTIONS);
    Counts.positive("--rounds", rounds, MOST_ROUNDS);
    List<PeerScript> chosenScripts = scripts.stream().map(PeerScript::of).toList();
    List<Attack> chosenAttacks = noAttacks ? List.of() : Attack.of(attacks);
    List<Contender> wanted = Contender.of(contenders);
    Map<String, String> settings =
        Map.of("topics.partitions", Integer.toString(Counts.positive("--partitions", partitions)));
    Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Path folder = report.make("peers", now);

    PrintStream out = terminal.out();
    NodePeers node = node(wanted);
    List<Contender> present = present(wanted, node);
    Map<String, String> about = about(now, node);
    about.forEach((name, value) -> out.printf("%-8s %s%n", name, value));
    out.flush();
    try (LoopbackKafka kafka = new LoopbackKafka(Paddock.home())) {
      if (!noSpeed) {
        measure(
            new PeerSpeed(kafka, node, settings, warmUp, seconds, executions),
            present,
            chosenScripts);
      }
      attack(new Assault(kafka, node, settings), present, chosenAttacks);
    }
    Map<String, String> names = new LinkedHashMap<>();
    present.forEach(one -> names.put(one.name(), one.about()));
    PeersReport result = new PeersReport(about, absent, names, scores, verdicts);
    out.println();
    result.lines().forEach(out::println);
    String problem = result.write(folder);
    if (!problem.isEmpty()) {
      out.println(problem);
    }
    out.println("Report: " + folder.resolve("index.html"));
    return hasPaddockFailed() ? 1 : 0;
  }

  private NodePeers node(List<Contender> wanted) throws IOException, InterruptedException {
    List<Contender.Node> peers =
        wanted.stream()
            .filter(Contender.Node.class::isInstance)
            .map(Contender.Node.class::cast)
            .toList();
    if (peers.isEmpty()) {
      return NodePeers.none();
    }
    boolean withNative = peers.stream().anyMatch(peer -> NodePeers.isNative(peer.isolation()));
    progress("npm installs what the others need, unless it is there");
    Path folder = work == null ? Paddock.home().resolveSibling("peers") : work;
    return NodePeers.prepare(folder, withNative);
  }

  /** Those that can be had here. */
  private List<Contender> present(List<Contender> wanted, NodePeers node) {
    List<Contender> present = new ArrayList<>();
    for (Contender one : wanted) {
      String lack =
          one instanceof Contender.Node peer ? node.lack(peer.client(), peer.isolation()) : null;
      if (lack == null) {
        present.add(one);
      } else {
        absent.put(one.name(), lack);
        progress("left out: " + one.name() + ": " + lack);
      }
    }
    return present;
  }

  private void measure(PeerSpeed speed, List<Contender> present, List<PeerScript> chosen)
      throws IOException, InterruptedException {
    for (int round = 1; round <= rounds; round++) {
      for (PeerScript script : chosen) {
        for (Contender contender : present) {
          progress(
              "round %d of %d, %s: %s".formatted(round, rounds, script.label(), contender.name()));
          try {
            scores.add(speed.measure(contender, script, round));
          } catch (IllegalStateException e) {
            failed(contender.name() + " with " + script.label(), e);
          }
        }
      }
    }
  }

  /** Each isolation once: its attacks do not meet the Kafka client. */
  private void attack(Assault assault, List<Contender> present, List<Attack> chosen)
      throws IOException, InterruptedException {
    Set<String> done = new HashSet<>();
    for (Contender contender : present) {
      if (!chosen.isEmpty() && contender.runsScripts() && done.add(contender.isolation())) {
        progress("attacks: " + contender.isolation());
        try {
          assault.on(contender, chosen, verdicts::add);
        } catch (IllegalStateException e) {
          failed(contender.name() + " under attack", e);
        }
      }
    }
  }

  private void failed(String what, IllegalStateException failure) {
    absent.put(what, String.valueOf(failure.getMessage()));
    progress("failed: " + what + ": " + failure.getMessage());
  }

  private boolean hasPaddockFailed() {
    return absent.keySet().stream().anyMatch(what -> what.startsWith("paddock"))
        || verdicts.stream()
            .anyMatch(one -> one.contender().startsWith("paddock") && one.lost() != null);
  }

  private void progress(String text) {
    progress.out().println(Terminal.harmless(text));
    progress.out().flush();
  }

  private Map<String, String> about(Instant now, NodePeers node) {
    Map<String, String> about = new LinkedHashMap<>();
    about.put("machine", Machine.description());
    about.put("node", node.version().isEmpty() ? "none" : node.version());
    about.put("begun", now.toString());
    about.put(
        "load",
        "%d s of warm-up, %d s each of backlog and half of its rate, %,d executions at the most; %d %s"
            .formatted(warmUp, seconds, executions, rounds, rounds == 1 ? "round" : "rounds"));
    return about;
  }
}
