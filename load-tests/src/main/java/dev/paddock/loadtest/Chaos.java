package dev.paddock.loadtest;

import dev.paddock.loadtest.ChaosHerd.Member;
import dev.paddock.loadtest.ChaosPlan.Fault;
import dev.paddock.loadtest.ChaosPlan.Step;
import dev.paddock.local.LocalBroker;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * One run: sends requests, does to the processes what the plan says, and undoes it, all on the
 * thread of the caller. The last requests are sent behind the last fault, so that none comes when
 * all is done already.
 */
final class Chaos implements AutoCloseable {

  private static final int MOST_AHEAD = 2_000;

  private static final double LAST_REQUESTS = 0.05;

  private static final Duration LOOK = Duration.ofMillis(50);

  private static final long SHOW_NANOS = 15_000_000_000L;

  /** Longer than intake.drain.ms and what follows it. */
  private static final long LEAVE_MILLIS = 60_000;

  /** Undoes a fault. */
  private interface Undo {
    void run() throws IOException, InterruptedException;
  }

  private record Due(long nanos, String what, Undo undo) {}

  private final ChaosMix mix;
  private final int requests;
  private final int workers;
  private final ChaosHerd herd;
  private final ChaosTopics topics;
  private final ChaosAudit audit;
  private final UnaryOperator<LocalBroker> restart;
  private final Consumer<String> diary;

  private final Deque<Step> steps;
  private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::nanos));
  private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);
  private final List<String> findings = new ArrayList<>();
  private volatile LocalBroker broker;
  private boolean brokerServes = true;
  private long brokerBackNanos = Long.MIN_VALUE;
  private int sent;
  private long shownNanos = System.nanoTime();

  /**
   * Prepares a run.
   *
   * @param broker closed with this
   * @param restart starts a broker that was killed again, where and as it was
   * @param diary is told what happens
   */
  Chaos(
      ChaosPlan plan,
      ChaosMix mix,
      int requests,
      int workers,
      ChaosHerd herd,
      ChaosTopics topics,
      ChaosAudit audit,
      LocalBroker broker,
      UnaryOperator<LocalBroker> restart,
      Consumer<String> diary) {
    this.steps = new ArrayDeque<>(plan.steps());
    this.mix = mix;
    this.requests = requests;
    this.workers = workers;
    this.herd = herd;
    this.topics = topics;
    this.audit = audit;
    this.broker = broker;
    this.restart = restart;
    this.diary = diary;
  }

  /** Runs until every request is answered, or so long. */
  void run(Duration bound) throws IOException, InterruptedException {
    long end = System.nanoTime() + bound.toNanos();
    for (int i = 0; i < workers; i++) {
      var _ = herd.start();
    }
    while (audit.answered() < requests) {
      if (System.nanoTime() > end) {
        findings.add("The run has not come to its end in %d s".formatted(bound.toSeconds()));
        break;
      }
      feed();
      topics.read(LOOK);
      undo(System.nanoTime());
      if (!steps.isEmpty() && audit.answered() >= steps.getFirst().afterResults()) {
        doIt(steps.removeFirst());
      }
      for (ChaosHerd.Ended ended : herd.ended()) {
        if (!isForWantOfABroker(ended)) {
          findings.add(ended.what());
        }
        diary.accept(ended.what() + "; another one comes");
        var _ = herd.start();
      }
      show();
    }
    undo(Long.MAX_VALUE);
  }

  /**
   * Lets the workers leave and looks at everything.
   *
   * @return what is not as it has to be; nothing where all is well
   */
  List<String> verdict() throws Exception {
    diary.accept("the workers are asked to leave");
    findings.addAll(herd.disband(LEAVE_MILLIS));
    findings.addAll(topics.readToTheEnd());
    findings.addAll(audit.findings());
    findings.addAll(topics.uncommitted());
    return findings;
  }

  /** How often each fault was made. */
  Map<Fault, Integer> done() {
    return done;
  }

  /** Ends every process at once, from any thread. */
  void abandon() {
    herd.close();
    ProcessHandle.of(broker.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  @Override
  public void close() {
    broker.close();
  }

  /** One that finds no broker for long when it starts ends with a message, to be started again. */
  private boolean isForWantOfABroker(ChaosHerd.Ended ended) {
    return ended.startedNanos() < brokerBackNanos
        && (ended.what().contains("The topics cannot be looked up")
            || ended.what().contains("The catalog of scripts cannot be read"));
  }

  private void feed() {
    int most = steps.isEmpty() ? requests : (int) (requests * (1 - LAST_REQUESTS));
    int ahead = Math.min(MOST_AHEAD, Math.max(1, requests / 4));
    int until = Math.min(most, audit.answered() + ahead);
    // Without a broker the producer would block in the end.
    while (brokerServes && sent < until) {
      topics.send(mix.entry(sent++));
    }
  }

  private void undo(long now) throws IOException, InterruptedException {
    while (!due.isEmpty() && due.peek().nanos() <= now) {
      Due next = due.remove();
      next.undo().run();
      diary.accept(next.what());
    }
  }

  private void later(Step step, String what, Undo undo) {
    due.add(new Due(System.nanoTime() + step.pause().toNanos(), what, undo));
  }

  private void doIt(Step step) throws IOException, InterruptedException {
    String pause = "%.1f s".formatted(step.pause().toMillis() / 1000.0);
    boolean made =
        switch (step.fault()) {
          case KILL_WORKER, STOP_WORKER, LEAVE -> toWorker(step, pause);
          case JOIN -> {
            Member member = herd.start();
            diary.accept("%s joins for %s".formatted(member.name(), pause));
            later(step, member.name() + " is asked to leave", () -> herd.askToLeave(member));
            yield true;
          }
          case KILL_SANDBOX, STOP_SANDBOX -> toSandbox(step, pause);
          case KILL_BROKER, STOP_BROKER -> brokerServes && toBroker(step, pause);
        };
    if (made) {
      done.merge(step.fault(), 1, Integer::sum);
    } else {
      steps.addFirst(step); // until there is something to make it to
    }
  }

  private boolean toWorker(Step step, String pause) throws IOException, InterruptedException {
    List<Member> running = herd.running();
    if (running.isEmpty()) {
      return false;
    }
    Member member = running.get(step.target() % running.size());
    switch (step.fault()) {
      case STOP_WORKER -> {
        herd.stop(member);
        diary.accept("%s is stopped for %s".formatted(member.name(), pause));
        later(step, member.name() + " goes on", () -> herd.resume(member));
        return true;
      }
      case KILL_WORKER -> {
        herd.kill(member);
        diary.accept("%s is killed; another one comes in %s".formatted(member.name(), pause));
      }
      default -> {
        herd.askToLeave(member);
        diary.accept(
            "%s is asked to leave; another one comes in %s".formatted(member.name(), pause));
      }
    }
    later(step, "a worker is started", this::startWhereOneIsMissing);
    return true;
  }

  private void startWhereOneIsMissing() throws IOException {
    if (herd.present().size() < workers) {
      var _ = herd.start();
    }
  }

  private boolean toSandbox(Step step, String pause) throws IOException, InterruptedException {
    List<ProcessHandle> sandboxes = herd.sandboxes();
    if (sandboxes.isEmpty()) {
      return false;
    }
    long pid = sandboxes.get(step.target() % sandboxes.size()).pid();
    if (step.fault() == Fault.KILL_SANDBOX) {
      ChaosHerd.signal("KILL", pid);
      diary.accept("sandbox %d is killed".formatted(pid));
    } else {
      ChaosHerd.signal("STOP", pid);
      diary.accept("sandbox %d is stopped for %s".formatted(pid, pause));
      later(step, "sandbox %d goes on".formatted(pid), () -> ChaosHerd.signal("CONT", pid));
    }
    return true;
  }

  private boolean toBroker(Step step, String pause) throws IOException, InterruptedException {
    brokerServes = false;
    if (step.fault() == Fault.STOP_BROKER) {
      ChaosHerd.signal("STOP", broker.pid());
      diary.accept("the broker is stopped for " + pause);
      later(
          step,
          "the broker goes on",
          () -> {
            ChaosHerd.signal("CONT", broker.pid());
            brokerIsBack();
          });
    } else {
      ChaosHerd.signal("KILL", broker.pid());
      diary.accept("the broker is killed, and comes back in " + pause);
      later(
          step,
          "the broker is back",
          () -> {
            broker = restart.apply(broker);
            brokerIsBack();
          });
    }
    return true;
  }

  private void brokerIsBack() {
    brokerServes = true;
    brokerBackNanos = System.nanoTime();
  }

  private void show() {
    long now = System.nanoTime();
    if (now - shownNanos > SHOW_NANOS) {
      shownNanos = now;
      diary.accept("%,d results".formatted(audit.answered()));
    }
  }
}
