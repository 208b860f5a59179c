package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Task;
import dev.paddock.worker.config.Sharing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes that wait for a task: the warmest in front, those that have run nothing at the end.
 * For any thread.
 */
final class IdleSandboxes {

  // How well a sandbox fits a task, the best first.
  private static final int KEEPS_ITS_CONTEXT = 0;
  private static final int KEEPS_NOTHING = 1;
  private static final int KEEPS_ANOTHERS = 2;
  private static final int RAN_NOTHING = 3;
  private static final int UNFIT = Integer.MAX_VALUE;

  private final Sharing sharing;
  private final ReentrantLock lock = new ReentrantLock();

  /** Signalled whenever one is added. */
  private final Condition added = lock.newCondition();

  /** Guarded by the lock. */
  private final Deque<SandboxProcess> idle = new ArrayDeque<>();

  IdleSandboxes(Sharing sharing) {
    this.sharing = sharing;
  }

  /** Gives back one that has run something. */
  void addWarm(SandboxProcess sandbox) {
    lock.lock();
    try {
      idle.addFirst(sandbox);
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Adds one that has run nothing. */
  void addFresh(SandboxProcess sandbox) {
    lock.lock();
    try {
      idle.addLast(sandbox);
      added.signalAll();
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return idle.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for one that may serve the task's tenant, and prefers one that has kept a context for it,
   * then one that has kept none for others. Where sandboxes are not shared and all that wait have
   * served others, the one that waited longest is ended, so that a fresh one takes its place; one
   * at a time.
   *
   * @param replacing whether a fresh one is on its way; asked under the lock
   */
  SandboxProcess take(Task task, BooleanSupplier replacing) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        SandboxProcess fitting = removeFitting(task);
        if (fitting != null) {
          return fitting;
        }
        SandboxProcess stranger = replacing.getAsBoolean() ? null : idle.pollLast();
        if (stranger == null) {
          added.await();
        } else {
          stranger.kill(); // which makes room for no other where it had ended by itself
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until there is one, and leaves it where it is. */
  boolean awaitAny(long nanos) throws InterruptedException {
    long left = nanos;
    lock.lockInterruptibly();
    try {
      while (idle.isEmpty()) {
        if (left <= 0) {
          return false;
        }
        left = added.awaitNanos(left);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private @Nullable SandboxProcess removeFitting(Task task) {
    SandboxProcess best = null;
    int bestRank = Integer.MAX_VALUE;
    for (SandboxProcess sandbox : idle) {
      int rank = rank(sandbox, task);
      // The warmest of those that keep nothing; of the others the one that waited longest.
      if (rank < bestRank || (rank == bestRank && rank > KEEPS_NOTHING && best != null)) {
        best = sandbox;
        bestRank = rank;
      }
    }
    if (best != null) {
      idle.remove(best);
    }
    return best;
  }

  private int rank(SandboxProcess sandbox, Task task) {
    if (sharing == Sharing.TENANT && !task.tenant().equals(sandbox.tenant())) {
      return sandbox.tenant() == null ? RAN_NOTHING : UNFIT;
    }
    if (sandbox.keepsContextFor(task)) {
      return KEEPS_ITS_CONTEXT;
    }
    return sandbox.keepsContext() ? KEEPS_ANOTHERS : KEEPS_NOTHING;
  }
}
