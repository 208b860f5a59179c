package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A contender at work, with topics of its own. */
final class Running implements AutoCloseable {

  /** What every script may use; {@code load-tests/peers/quotas.mjs} has the same. */
  static final long TIME_MILLIS = 1_000;

  static final long MEMORY_BYTES = 64 << 20;
  private static final long OUTPUT_BYTES = 512 << 10;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final long START_NANOS = TimeUnit.MINUTES.toNanos(1);

  private static final int SHOWN_LINES = 20;

  private final Contender contender;
  private final Traffic traffic;
  private final int partitions;
  private final List<Member> members;

  /** One of its processes that take requests. */
  private record Member(String name, ProcessHandle handle, Path log, AutoCloseable end) {}

  private Running(
      Contender contender, Map<String, String> settings, Wire wire, List<Member> members) {
    this.contender = contender;
    traffic = new Traffic(settings, wire, PATIENCE);
    partitions = Configuration.of(settings).topics().partitions();
    this.members = members;
  }

  /**
   * Starts one, and waits until each of its processes has answered.
   *
   * @param lane a name for its topics that no other has
   * @param settings of workers and topics, beside the defaults
   * @param attacked whether its scripts may hold a process, which must end all the same
   */
  static Running start(
      LoopbackKafka kafka,
      NodePeers node,
      Contender contender,
      String lane,
      Map<String, String> settings,
      boolean attacked)
      throws IOException, InterruptedException {
    Running running =
        switch (contender) {
          case Contender.Paddock paddock -> paddock(kafka, paddock, lane, settings);
          case Contender.Node peer -> node(kafka, node, peer, lane, settings, attacked);
          case Contender.Mover mover ->
              throw new IllegalArgumentException(mover.name() + " takes no requests");
        };
    try {
      running.awaitAll();
      return running;
    } catch (IOException | RuntimeException e) {
      running.close();
      throw e;
    }
  }

  private static Running paddock(
      LoopbackKafka kafka, Contender.Paddock paddock, String lane, Map<String, String> settings)
      throws IOException, InterruptedException {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(paddock.settings());
    Map<String, String> own = kafka.lane(lane, all);
    Wire wire = new AvroWire(Configuration.of(own));
    Path log = kafka.log(lane);
    WorkerProcess process = WorkerProcess.start(own, log);
    return new Running(
        paddock, own, wire, List.of(new Member(lane, process.handle(), log, process)));
  }

  private static Running node(
      LoopbackKafka kafka,
      NodePeers node,
      Contender.Node peer,
      String lane,
      Map<String, String> settings,
      boolean attacked)
      throws IOException, InterruptedException {
    Map<String, String> own = kafka.lane(lane, settings);
    List<Member> members = new ArrayList<>();
    Running running = new Running(peer, own, new JsonWire(), members);
    try {
      for (int n = 1; n <= Runtime.getRuntime().availableProcessors(); n++) {
        String name = lane + "-" + n;
        Path log = kafka.log(name);
        Process process = node.start(peer.client(), peer.isolation(), own, name, attacked, log);
        members.add(new Member(name, process.toHandle(), log, process::destroyForcibly));
      }
      return running;
    } catch (IOException e) {
      running.close();
      throw e;
    }
  }

  /** Where its requests go to. */
  Traffic traffic() {
    return traffic;
  }

  /** Its processes that take requests, and live. */
  Stream<ProcessHandle> workers() {
    return members.stream().map(Member::handle).filter(ProcessHandle::isAlive);
  }

  /** Processes of those that run scripts for them. */
  Stream<ProcessHandle> sandboxes() {
    return workers().flatMap(ProcessHandle::descendants);
  }

  /** Whether every process lives that it was started with. */
  boolean isWhole() {
    return workers().count() == members.size();
  }

  /** How many processes take requests. */
  int size() {
    return members.size();
  }

  /** How many partitions its requests have. */
  int partitions() {
    return partitions;
  }

  /** A request to run a handler on the input that all get, in the way of this contender. */
  ExecutionRequest.Builder request(String id, String tenant, String source) {
    ExecutionRequest.Builder request =
        ExecutionRequest.newBuilder()
            .setExecutionId(id)
            .setTenant(tenant)
            .setInput(Workload.RULE_INPUT);
    return switch (contender) {
      case Contender.Paddock paddock when paddock.reuses() ->
          request
              .setScript(
                  new InlineScript(
                      "handler.mjs", ScriptKind.MODULE, "export default " + source, Map.of()))
              .setReuse(Reuse.SCRIPT)
              .setLimits(limits());
      case Contender.Paddock _ ->
          request.setScript(PeerScript.inline("(" + source + ")(input)")).setLimits(limits());
      default -> request.setScript(PeerScript.inline(source));
    };
  }

  private static Limits limits() {
    return Limits.newBuilder()
        .setCpuMillis(TIME_MILLIS)
        .setWallMillis(TIME_MILLIS)
        .setHeapBytes(MEMORY_BYTES)
        .setOutputBytes(OUTPUT_BYTES)
        .build();
  }

  /** Sends until each process has answered: the group has given each its partitions by then. */
  private void awaitAll() throws IOException {
    String source = PeerScript.RULE.source();
    Set<String> seen = new HashSet<>();
    Set<String> open = new HashSet<>();
    long begin = System.nanoTime();
    long last = begin;
    int sent = 0;
    // A request that moved to another process may be answered twice; what comes late must not be
    // taken for an answer to what is measured.
    while (seen.size() < members.size()
        || !open.isEmpty()
        || System.nanoTime() - last < QUIET_NANOS) {
      if (!isWhole() || System.nanoTime() - begin > START_NANOS) {
        throw new IllegalStateException(
            "Of its %d processes only %s answered: %s".formatted(members.size(), seen, said()));
      }
      if (open.isEmpty() && seen.size() < members.size()) {
        for (int partition = 0; partition < partitions; partition++) {
          String id = "rule/" + sent++;
          open.add(id);
          traffic.send(partition, request(id, "probe", source));
        }
      }
      List<Traffic.Arrival> arrivals = new ArrayList<>();
      traffic.poll(arrivals::add);
      for (Traffic.Arrival arrival : arrivals) {
        open.remove(arrival.result().getExecutionId());
        seen.add(arrival.result().getWorker());
        last = System.nanoTime();
      }
    }
  }

  /** The last lines that its processes logged. */
  private String said() throws IOException {
    List<String> said = new ArrayList<>();
    for (Member member : members) {
      List<String> lines = Files.readAllLines(member.log());
      said.addAll(lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
    }
    return String.join(System.lineSeparator(), said);
  }

  @Override
  public void close() {
    for (Member member : members) {
      try {
        member.end().close();
      } catch (Exception e) {
        throw new IllegalStateException(member.name() + " could not be ended", e);
      }
    }
    traffic.close();
  }
}
