package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import dev.paddock.sandbox.wire.WireException;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.SandboxConfig;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The worker's end of one sandbox. One thread at a time waits for it to be ready or lends it to a
 * task; any thread may kill it.
 */
final class SandboxProcess {

  /** A Ready message has a line for each way of confinement. */
  private static final int MAX_READY_BYTES = 8 << 10;

  private final SandboxHost host;
  private final MessageWriter out;
  private final MessageReader in;
  private final StderrTail stderr = new StderrTail();
  private final AtomicReference<SandboxState> state = new AtomicReference<>(SandboxState.STARTING);
  private volatile @Nullable Lent lent;
  private volatile List<Protection> protections = List.of();
  private volatile boolean wasReady;
  private volatile boolean wasKilled;
  private volatile boolean crashed;
  private volatile @Nullable String tenant;
  private volatile @Nullable Kept kept;
  private final long bornNanos = System.nanoTime();
  private volatile long readyNanos;
  private volatile long startCpuMillis;
  private final AtomicLong executions = new AtomicLong();
  private final Lifespan lifespan = Lifespan.random();
  private volatile long residentWhenReady;
  private volatile long resident;

  /** What it runs, and who holds that to its quotas. */
  private record Lent(Task task, TaskWatch watch) {}

  /** Whose context it has kept. */
  private record Kept(String tenant, Script script) {}

  SandboxProcess(SandboxHost host) {
    this.host = host;
    out = new MessageWriter(host.tasks());
    in = new MessageReader(new BufferedInputStream(host.answers()));
    // A virtual thread would keep its carrier from all others while it reads.
    Thread.ofPlatform()
        .daemon()
        .name("stderr-" + host.id())
        .start(() -> stderr.drain(host.errors()));
  }

  /** Its process id, or a number of the pool's own where it is no process. */
  long id() {
    return host.id();
  }

  boolean isProcess() {
    return host.isProcess();
  }

  /** Whether its guest runs on although it was ended. */
  boolean isAbandoned() {
    return host.isAbandoned();
  }

  SandboxState state() {
    return state.get();
  }

  /** Whether it ever was ready for a task. */
  boolean wasReady() {
    return wasReady;
  }

  /** Whether it had to be killed because its task went beyond its quotas and did not stop. */
  boolean wasKilled() {
    return wasKilled;
  }

  /** Whether it ended, or had to be ended, for no known reason. */
  boolean hasCrashed() {
    return crashed || (state() != SandboxState.DEAD && !host.isAlive());
  }

  /** Whom it serves or served first; null where it has run nothing. */
  @Nullable String tenant() {
    return tenant;
  }

  /** Whether it may have kept its last script's context. A hint: the sandbox looks for itself. */
  boolean keepsContext() {
    return kept != null;
  }

  /** Whether that may be one for this task. */
  boolean keepsContextFor(Task task) {
    return task.reuse().keeps() && new Kept(task.tenant(), task.script()).equals(kept);
  }

  /** Whether it has run as much, lived as long or grown as much as one process should. */
  boolean isSpent(SandboxConfig config, long nowNanos) {
    return lifespan.isOver(config, executions.get(), nowNanos - readyNanos)
        || resident - residentWhenReady >= config.maxGrowthBytes();
  }

  /** Looks how large it has become. Called about every second. */
  void measure() {
    resident = host.residentBytes();
  }

  /** Calls back once, when it has ended. */
  void onEnd(Runnable callback) {
    host.onEnd(callback);
  }

  /** What it took to become ready, in ns; only where it was. */
  long startNanos() {
    return readyNanos - bornNanos;
  }

  /** How it is confined. */
  List<Protection> protections() {
    return host.protections(protections);
  }

  /** Waits until it is warm, and refuses it where it is not confined as it has to be. */
  void awaitReady(Confinement confinement) throws SandboxDiedException {
    if (!(receive(MAX_READY_BYTES) instanceof Ready ready)) {
      throw died("said something else than that it is ready");
    }
    protections = ready.protections();
    if (confinement == Confinement.REQUIRED) {
      requireConfined();
    }
    measure();
    residentWhenReady = resident;
    startCpuMillis = host.cpuMillis();
    readyNanos = System.nanoTime();
    wasReady = true;
    move(SandboxState.IDLE);
  }

  /**
   * Lends it to a task. Afterwards it is idle, or dead where the answer was its last or none came.
   *
   * @return the sandbox's answer, or one that says why it had to be killed
   * @throws SandboxDiedException where it died for no known reason
   */
  Answer run(Task task) throws SandboxDiedException {
    move(SandboxState.LEASED);
    executions.incrementAndGet();
    if (tenant == null) {
      tenant = task.tenant();
    }
    TaskWatch ownWatch = new TaskWatch(task.limits(), host::cpuMillis, System.nanoTime());
    lent = new Lent(task, ownWatch);
    try {
      Answer answer = exchange(task, ownWatch);
      kept = task.reuse().keeps() ? new Kept(task.tenant(), task.script()) : null;
      move(answer.last() ? SandboxState.DEAD : SandboxState.IDLE);
      return answer;
    } catch (SandboxDiedException e) {
      Breach breach = ownWatch.verdict();
      // One that stops in the middle of a message is broken, and it is not the script's doing.
      if (breach == null || in.isWithinFrame()) {
        throw e;
      }
      wasKilled = true;
      crashed = false;
      return new Answer(
          task.number(),
          new Ending.Stopped(breach),
          List.of(),
          false,
          ownWatch.usage(System.nanoTime()),
          true);
    } finally {
      lent = null;
      if (state() == SandboxState.DEAD) {
        kill();
      }
    }
  }

  /** Kills it where its task went beyond its quotas and did not stop. Called every few ms. */
  void look(long nowNanos) {
    Lent current = lent;
    if (current != null && current.watch().look(nowNanos) != null) {
      kill();
    }
  }

  /** How it is now. From any thread. */
  SandboxView view(long nowNanos) {
    Lent current = lent;
    return new SandboxView(
        id(),
        state(),
        TimeUnit.NANOSECONDS.toMillis(nowNanos - bornNanos),
        executions.get(),
        resident,
        current == null ? null : view(current, nowNanos));
  }

  private static SandboxView.Running view(Lent lent, long nowNanos) {
    Task task = lent.task();
    Usage usage = lent.watch().usage(nowNanos);
    return new SandboxView.Running(
        task.executionId(),
        task.tenant(),
        task.script().name(),
        TimeUnit.MICROSECONDS.toMillis(usage.wallMicros()),
        task.limits().wallMillis(),
        TimeUnit.MICROSECONDS.toMillis(usage.cpuMicros()),
        task.limits().cpuMillis());
  }

  /** Ends it for good, whatever it does. */
  void kill() {
    state.set(SandboxState.DEAD);
    host.destroy();
  }

  private void requireConfined() throws SandboxDiedException {
    String missing = String.join(", ", Protection.missingEssentials(protections));
    if (!missing.isEmpty()) {
      throw died(
          "is not confined as sandbox.confinement=required asks; missing: "
              + missing
              + ". See why with: paddock doctor. To run without, set sandbox.confinement to"
              + " preferred");
    }
  }

  private Answer exchange(Task task, TaskWatch ownWatch) throws SandboxDiedException {
    try {
      out.write(task);
      int maxBytes = AnswerCheck.maxFrameBytes(task.limits());
      Message message = receive(maxBytes);
      if (message instanceof Stopping stopping) {
        AnswerCheck.require(stopping, task, ownWatch.usage(System.nanoTime()));
        ownWatch.announce(stopping.breach(), System.nanoTime());
        message = receive(maxBytes);
      }
      if (!(message instanceof Answer answer)) {
        throw new WireException("A message out of turn");
      }
      AnswerCheck.require(answer, task, ownWatch.usage(System.nanoTime()), startCpuMillis);
      return answer;
    } catch (WireException e) {
      throw died("sent what no sandbox sends: " + e.getMessage());
    } catch (IOException e) {
      throw died("ended");
    }
  }

  private Message receive(int maxBytes) throws SandboxDiedException {
    try {
      Message message = in.read(maxBytes);
      if (message != null) {
        return message;
      }
    } catch (WireException e) {
      throw died("sent what no sandbox sends: " + e.getMessage());
    } catch (IOException e) {
      // It ended in the middle of a frame.
    }
    throw died("ended");
  }

  private SandboxDiedException died(String how) {
    crashed = true;
    kill();
    StringBuilder message = new StringBuilder("Sandbox " + id() + " " + how);
    try {
      String ending = host.ending();
      message.append(ending.isEmpty() ? "" : " (" + ending + ")");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new SandboxDiedException(message.toString(), stderr.text());
  }

  private void move(SandboxState next) throws SandboxDiedException {
    SandboxState before = state.getAndUpdate(current -> current.mayBecome(next) ? next : current);
    if (!before.mayBecome(next)) {
      throw died("was " + before + " and cannot become " + next);
    }
  }
}
