package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.worker.pool.ResidentMemory;
import java.io.IOException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Sends contenders one attack after another, each with requests of other tenants before it and
 * behind it on every partition, and looks what becomes of all. One that has lost is started anew.
 *
 * @param settings of workers and topics, beside the defaults
 */
record Assault(LoopbackKafka kafka, NodePeers node, Map<String, String> settings) {

  /**
   * Far more than the quota of a second, and less than Kafka needs to give a dead process's
   * partitions to another.
   */
  private static final long IN_TIME_NANOS = TimeUnit.SECONDS.toNanos(15);

  /** Beside the quota: what is put in the place of a process that was ended, and garbage. */
  private static final long ALLOWANCE_BYTES = 256L << 20;

  private static final int LOOK_MILLIS = 20;

  private static final String DIED = "died";
  private static final String HANGS = "hangs";
  private static final String WRONG = "wrong";
  private static final String FAIL = "fails";
  private static final String WAIT = "waits";
  private static final String MEMORY = "memory";

  /** What the words for losses mean. */
  static final Map<String, String> LOSSES = losses();

  private static final PeerScript INNOCENT = PeerScript.RULE;

  /**
   * What came of an attack.
   *
   * @param lost a word for what was lost: see {@link #LOSSES}, or what the attack's success means;
   *     null where it was survived
   * @param answer how the attack's own request ended, in words; null where it had no answer
   * @param memoryBytes how much more memory there was at the most than before
   */
  record Verdict(
      String contender,
      String attack,
      @Nullable String lost,
      @Nullable String answer,
      long memoryBytes) {}

  private static Map<String, String> losses() {
    Map<String, String> losses = new LinkedHashMap<>();
    losses.put(DIED, "a process that takes requests died");
    losses.put(HANGS, "the script was not stopped within 15 s, where it may run for 1 s");
    losses.put("host", "the script reached the process that runs it");
    losses.put(
        MEMORY,
        "far more than the script's 64 MiB: all took 320 MiB more than before, or it got what it asked");
    losses.put("output", "more than 512 KiB of output");
    losses.put(WRONG, "another tenant's request had a wrong result");
    losses.put(FAIL, "another tenant's request failed, such as for lack of time or memory");
    losses.put(WAIT, "another tenant's request had no result within 15 s");
    return losses;
  }

  /** Sends all attacks, and hands on what came of each. */
  void on(Contender contender, Iterable<Attack> attacks, Consumer<Verdict> verdicts)
      throws IOException, InterruptedException {
    Running running = null;
    int lane = 0;
    try {
      for (Attack attack : attacks) {
        if (running == null) {
          String name = "attack-%s-%d".formatted(contender.isolation(), lane++);
          running = Running.start(kafka, node, contender, name, settings, true);
        }
        Verdict verdict = new One(running, contender, attack).verdict();
        verdicts.accept(verdict);
        if (verdict.lost() != null) {
          running.close();
          running = null;
        }
      }
    } finally {
      if (running != null) {
        running.close();
      }
    }
  }

  /** One attack on one contender. */
  private static final class One {

    private final Running running;
    private final Contender contender;
    private final Attack attack;
    private final String source;
    private final String output;
    private final Set<String> open = new HashSet<>();
    private int sent;
    private boolean othersWrong;
    private boolean othersFailed;
    private @Nullable ExecutionResult answer;

    private One(Running running, Contender contender, Attack attack) throws IOException {
      this.running = running;
      this.contender = contender;
      this.attack = attack;
      source = INNOCENT.source();
      output = INNOCENT.output();
    }

    private Verdict verdict() throws InterruptedException {
      // What it has before is what it has while it works.
      innocents();
      await(false);
      if (!open.isEmpty()) {
        return verdict(WAIT, 0);
      }
      long before = residentBytes();
      AtomicLong most = new AtomicLong(before);
      Thread looking = Thread.ofPlatform().daemon().name("memory").start(() -> look(most));
      try {
        innocents();
        running.traffic().send(0, running.request(id(), "attacker", attack.source()));
        innocents();
        await(true);
        boolean inTime = open.isEmpty();
        boolean stopped = answer != null;
        if (running.isWhole() && inTime && stopped) {
          innocents();
          await(false);
        }
        return verdict(lost(stopped, most.get() - before), most.get() - before);
      } finally {
        looking.interrupt();
        looking.join();
      }
    }

    private @Nullable String lost(boolean stopped, long memory) {
      if (!running.isWhole()) {
        return DIED;
      }
      if (!stopped) {
        return HANGS;
      }
      if (succeeded() && attack.success() != null) {
        return attack.success();
      }
      if (othersWrong) {
        return WRONG;
      }
      if (othersFailed) {
        return FAIL;
      }
      if (!open.isEmpty()) {
        return WAIT;
      }
      return memory > Running.MEMORY_BYTES + ALLOWANCE_BYTES ? MEMORY : null;
    }

    private boolean succeeded() {
      return answer != null && answer.getStatus() == ExecutionStatus.SUCCEEDED;
    }

    private Verdict verdict(@Nullable String lost, long memory) {
      ExecutionResult result = answer;
      String words = null;
      if (result != null) {
        words =
            result.getError() == null
                ? result.getStatus().name()
                : result.getStatus() + ": " + result.getError().getMessage();
      }
      return new Verdict(contender.isolation(), attack.name(), lost, words, Math.max(0, memory));
    }

    private String id() {
      return "attack/" + attack.name();
    }

    /** One on every partition. */
    private void innocents() {
      for (int partition = 0; partition < running.partitions(); partition++) {
        String id = "%s/%s/%d".formatted(INNOCENT.label(), attack.name(), sent++);
        open.add(id);
        running.traffic().send(partition, running.request(id, "tenant-" + sent % 3, source));
      }
    }

    /** Until all is answered, or it is too late, or a process has died. */
    private void await(boolean theAttack) {
      long begin = System.nanoTime();
      while ((!open.isEmpty() || (theAttack && answer == null))
          && running.isWhole()
          && System.nanoTime() - begin < IN_TIME_NANOS) {
        running.traffic().poll(arrival -> arrived(arrival.result()));
      }
    }

    private void arrived(ExecutionResult result) {
      if (result.getExecutionId().equals(id())) {
        answer = result;
      } else if (open.remove(result.getExecutionId())) {
        othersFailed |= result.getStatus() != ExecutionStatus.SUCCEEDED;
        othersWrong |=
            result.getStatus() == ExecutionStatus.SUCCEEDED && !output.equals(result.getOutput());
      }
    }

    private void look(AtomicLong most) {
      try {
        while (true) {
          most.accumulateAndGet(residentBytes(), Math::max);
          TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        // It is the end.
      }
    }

    private long residentBytes() {
      return Stream.concat(running.workers(), running.sandboxes())
          .mapToLong(process -> ResidentMemory.of(process.pid()))
          .sum();
    }
  }
}
