package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;

/**
 * A context of one tenant's script: for one execution, or kept for several. For the guest thread,
 * but for {@link #cancel}.
 */
final class GuestContext {

  private final Context context;
  private final String tenant;
  private final Script script;
  private final long openedNanos = System.nanoTime();
  private int executions;
  private @Nullable Realm realm;

  GuestContext(Context context, Task task) {
    this.context = context;
    tenant = task.tenant();
    script = task.script();
  }

  Context context() {
    return context;
  }

  /** Whether an execution has run here before. */
  boolean isContinued() {
    return executions > 0;
  }

  /** Whether a task may be its next execution. */
  boolean fits(Task task) {
    long age = System.nanoTime() - openedNanos;
    return executions < task.reuse().maxCalls()
        && age < TimeUnit.MILLISECONDS.toNanos(task.reuse().maxAgeMillis())
        && tenant.equals(task.tenant())
        && script.equals(task.script());
  }

  /** Begins an execution. What this runs is charged to it. */
  Realm begin(Task task, Run run, LogBuffer logs) {
    executions++;
    if (realm == null) {
      realm = new Realm(context, task, run, logs);
    } else {
      realm.begin(task, run, logs);
    }
    return realm;
  }

  /** Whether there is something that another execution can continue with. */
  boolean isLoaded() {
    return realm != null && realm.isLoaded();
  }

  /** Stops its guest, from any thread; waits until it has left the context. */
  void cancel() {
    try {
      context.close(true);
    } catch (PolyglotException | OutOfMemoryError e) {
      // The guest thread meets the same and reports it.
    }
  }

  /**
   * Gives it up.
   *
   * @return whether nothing is in doubt
   */
  boolean close() {
    realm = null; // through which all that the guest retained could be reached
    try {
      context.close(true);
      return true;
    } catch (PolyglotException e) {
      return e.isCancelled();
    } catch (OutOfMemoryError e) {
      return false;
    }
  }
}
