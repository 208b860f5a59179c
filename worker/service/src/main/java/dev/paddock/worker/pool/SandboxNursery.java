package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.Isolation;
import dev.paddock.worker.config.PoolConfig;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a number of sandbox processes alive: whichever ends is replaced. One permanent thread owns
 * all that is written here without a lock.
 */
final class SandboxNursery implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(SandboxNursery.class);

  /** So many in a row are no accident. */
  private static final int CRASH_LOOP = 4;

  /**
   * How many start at once: a start is all computing, so that more would only be ready later, and
   * keep the worker from its own start.
   */
  private static final int AT_ONCE = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

  private static final long FIRST_BACK_OFF_MILLIS = 100;
  private static final long MAX_BACK_OFF_MILLIS = 10_000;

  private final SandboxStarter starter;
  private final int size;
  private final int spares;
  private final Duration startTimeout;
  private final Confinement confinement;
  private final Consumer<SandboxProcess> ready;
  private final ScheduledExecutorService nurse =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sandbox-nursery").factory());
  private final Set<SandboxProcess> living = ConcurrentHashMap.newKeySet();

  /** Those of the living that nobody has been given yet. */
  private final Set<SandboxProcess> coming = ConcurrentHashMap.newKeySet();

  private final LongAdder started = new LongAdder();
  private final LongAdder readied = new LongAdder();
  private final LongAdder startNanos = new LongAdder();
  private final AtomicInteger crashesInARow = new AtomicInteger();
  private volatile @Nullable String lastFailure;
  private volatile boolean troubled;
  private volatile List<Protection> protections = List.of();

  // Written by the nurse's thread.
  private volatile boolean replenishing;
  private volatile boolean backingOff;

  // Owned by the nurse's thread.
  private final Deque<CompletableFuture<SandboxProcess>> waiting = new ArrayDeque<>();
  private long backOffMillis = FIRST_BACK_OFF_MILLIS;

  /**
   * Begins to start the sandboxes.
   *
   * @param ready gets each that waits for its first task
   */
  SandboxNursery(SandboxCommand command, PoolConfig pool, Consumer<SandboxProcess> ready)
      throws IOException {
    this.size = pool.size();
    this.spares = pool.spares();
    this.startTimeout = pool.startTimeout();
    this.ready = ready;
    starter =
        switch (pool.isolation()) {
          case PROCESS -> new ProcessStarter(command, pool.sandbox());
          case CONTEXT -> new ThreadStarter(command.jars());
        };
    // Of a thread the operating system confines nothing.
    confinement =
        pool.isolation() == Isolation.PROCESS ? pool.sandbox().confinement() : Confinement.OFF;
    nurse.execute(this::replenish);
  }

  Stream<SandboxProcess> living() {
    return living.stream();
  }

  long started() {
    return started.sum();
  }

  long readied() {
    return readied.sum();
  }

  /** What those took from their start until they were ready, all together. */
  long startNanos() {
    return startNanos.sum();
  }

  /** How the last sandbox ended that never was ready, or null. */
  @Nullable String lastFailure() {
    return lastFailure;
  }

  /** How the sandbox is confined that was ready last; empty before, and where none is. */
  List<Protection> protections() {
    return protections;
  }

  /**
   * Why none can be started, from the first failure until one is ready, or where they crashed, has
   * answered; null where nothing is wrong.
   */
  @Nullable String trouble() {
    return troubled ? lastFailure : null;
  }

  /** A sandbox has answered a task, so they are not all broken. */
  void worked() {
    crashesInARow.setRelease(0);
    troubled = false;
  }

  /** Whether a sandbox is on its way to its first task, or about to be started. */
  boolean isReplacing() {
    return !coming.isEmpty()
        || replenishing
        || backingOff
        || living.stream().anyMatch(sandbox -> sandbox.state() == SandboxState.DEAD);
  }

  /** Waits for the next sandbox that is ready and has run nothing; nobody else gets it. */
  SandboxProcess takeFresh() throws InterruptedException {
    CompletableFuture<SandboxProcess> next = new CompletableFuture<>();
    try {
      nurse.execute(() -> waiting.addLast(next));
      return next.get();
    } catch (ExecutionException | RejectedExecutionException e) {
      throw new InterruptedException("The pool is closed");
    }
  }

  @Override
  public void close() {
    nurse.execute(
        () -> {
          waiting.forEach(next -> next.cancel(false));
          nurse.shutdownNow();
        });
    try {
      if (!nurse.awaitTermination(startTimeout.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("The thread that starts sandboxes does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    living.forEach(SandboxProcess::kill);
    starter.close();
  }

  private void replenish() {
    while (!backingOff && living.size() < target() && starting() < AT_ONCE) {
      try {
        start();
      } catch (IOException e) {
        failed("The process cannot be started: " + e.getMessage());
        return;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // closed
        return;
      }
    }
  }

  private long starting() {
    return living.stream().filter(one -> one.state() == SandboxState.STARTING).count();
  }

  /** Spares wait for the others, which work while a spare still starts. */
  private int target() {
    long ready = living.stream().filter(SandboxProcess::wasReady).count();
    return ready < size ? size : size + spares;
  }

  private void start() throws IOException, InterruptedException {
    SandboxProcess sandbox = new SandboxProcess(starter.start());
    living.add(sandbox);
    coming.add(sandbox);
    started.increment();
    sandbox.onEnd(() -> onNurse(() -> ended(sandbox)));
    Thread.ofPlatform().daemon().name("sandbox-" + sandbox.id()).start(() -> awaitReady(sandbox));
    schedule(() -> killUnlessReady(sandbox), startTimeout.toMillis());
  }

  private void awaitReady(SandboxProcess sandbox) {
    try {
      sandbox.awaitReady(confinement);
      protections = sandbox.protections();
      readied.increment();
      startNanos.add(sandbox.startNanos());
      onNurse(() -> handOn(sandbox));
    } catch (SandboxDiedException e) {
      onNurse(() -> failed(e.forOperators()));
    } catch (RuntimeException e) {
      sandbox.kill();
      onNurse(() -> failed("Sandbox " + sandbox.id() + " cannot be looked at: " + e));
    }
  }

  private void handOn(SandboxProcess sandbox) {
    if (crashesInARow.get() < CRASH_LOOP) {
      backOffMillis = FIRST_BACK_OFF_MILLIS;
      troubled = false;
    }
    CompletableFuture<SandboxProcess> next = waiting.pollFirst();
    if (next == null) {
      ready.accept(sandbox);
    } else {
      next.complete(sandbox);
    }
    replenish();
    coming.remove(sandbox); // now that the next one, where there is to be one, is coming
  }

  private void ended(SandboxProcess sandbox) {
    if (!sandbox.wasReady()) {
      living.remove(sandbox);
      coming.remove(sandbox);
      return; // who waited for it has said so
    }
    replenishing = true;
    living.remove(sandbox);
    coming.remove(sandbox);
    if (sandbox.hasCrashed() && crashesInARow.incrementAndGet() >= CRASH_LOOP) {
      failed(CRASH_LOOP + " sandboxes in a row crashed before any answered");
    }
    replenish();
    replenishing = false;
  }

  private void failed(String message) {
    lastFailure = message;
    troubled = true;
    if (backingOff) {
      return; // its siblings, started with it, fail for the same reason
    }
    LOG.error("No sandbox can be started, next try in {} ms: {}", backOffMillis, message);
    backingOff = true;
    schedule(this::tryAgain, backOffMillis);
    backOffMillis = Math.min(backOffMillis * 2, MAX_BACK_OFF_MILLIS);
  }

  private void tryAgain() {
    backingOff = false;
    replenish();
  }

  private static void killUnlessReady(SandboxProcess sandbox) {
    if (sandbox.state() == SandboxState.STARTING) {
      sandbox.kill();
    }
  }

  private void schedule(Runnable step, long delayMillis) {
    var _ = nurse.schedule(step, delayMillis, TimeUnit.MILLISECONDS);
  }

  private void onNurse(Runnable step) {
    try {
      nurse.execute(step);
    } catch (RejectedExecutionException e) {
      LOG.debug("The pool is closed");
    }
  }
}
