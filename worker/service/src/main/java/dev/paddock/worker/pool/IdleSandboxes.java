package dev.paddock.worker.pool;

import dev.paddock.worker.config.Sharing;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The sandboxes that wait for a task: the warmest in front, those that have run nothing at the end.
 * For any thread.
 */
final class IdleSandboxes {

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
   * Waits for one that may serve the tenant. Where sandboxes are not shared and all that wait have
   * served others, the one that waited longest is ended, so that a fresh one takes its place.
   */
  SandboxProcess take(String tenant) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        SandboxProcess fitting = removeFitting(tenant);
        if (fitting != null) {
          return fitting;
        }
        SandboxProcess stranger = idle.pollLast();
        if (stranger != null) {
          stranger.kill();
        }
        added.await();
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

  private @Nullable SandboxProcess removeFitting(String tenant) {
    if (sharing == Sharing.ANY) {
      return idle.pollFirst();
    }
    SandboxProcess fresh = null;
    for (Iterator<SandboxProcess> all = idle.iterator(); all.hasNext(); ) {
      SandboxProcess sandbox = all.next();
      String served = sandbox.tenant();
      if (tenant.equals(served)) {
        all.remove();
        return sandbox;
      }
      if (served == null) {
        fresh = sandbox;
      }
    }
    if (fresh != null) {
      idle.remove(fresh);
    }
    return fresh;
  }
}
