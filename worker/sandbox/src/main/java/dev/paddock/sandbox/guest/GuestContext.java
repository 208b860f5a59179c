package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;

/**
 * A context that is given to one tenant's script: for one execution, or kept for several. Until
 * then nothing of anybody is in it, so that it can be made ahead. For the guest thread, but for
 * {@link #cancel}.
 */
final class GuestContext {

  private final Context context;
  private final ScriptFiles files;
  private String tenant = "";
  private @Nullable Script script;
  private long givenNanos;
  private int executions;
  private @Nullable Realm realm;

  /**
   * Makes the guest's world in a context.
   *
   * @param files what the context imports from
   */
  GuestContext(Context context, ScriptFiles files, World world) {
    this.context = context;
    this.files = files;
    realm = new Realm(context, world);
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
    long age = System.nanoTime() - givenNanos;
    return executions < task.reuse().maxCalls()
        && age < TimeUnit.MILLISECONDS.toNanos(task.reuse().maxAgeMillis())
        && tenant.equals(task.tenant())
        && task.script().equals(script);
  }

  /** Begins an execution: the first, whose script has it from now on, or one more of it. */
  Realm begin(Task task, String name, Run run, LogBuffer logs) {
    if (executions == 0) {
      tenant = task.tenant();
      script = task.script();
      givenNanos = System.nanoTime();
      files.show(name, task.script());
    }
    executions++;
    Realm open = Objects.requireNonNull(realm, "closed");
    open.begin(task, run, logs);
    return open;
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
