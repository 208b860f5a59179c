package dev.paddock.sandbox.guest;

import com.oracle.truffle.js.lang.JavaScriptLanguage;
import com.oracle.truffle.js.runtime.JSContext;
import com.oracle.truffle.js.runtime.PromiseHook;
import com.oracle.truffle.js.runtime.objects.JSDynamicObject;
import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Quota;
import org.graalvm.polyglot.Context;
import org.jspecify.annotations.Nullable;

/**
 * Counts the promises of a run that are not settled yet, with the engine's hook for debuggers and
 * Node's async hooks: it tells of each promise once when it is made and once when it is resolved.
 * For the guest thread only.
 */
final class PendingPromises implements PromiseHook {

  /** Those by which the sandbox itself waits for the script. */
  private static final int OWN = 8;

  private @Nullable Run run;
  private long limit;
  private long pending;

  /** Counts for this run from now on. Contexts of one engine share the hook. */
  void begin(Context context, Run newRun, int newLimit) {
    JSContext shared = JavaScriptLanguage.getJSContext(context);
    if (!shared.hasPromiseHook()) {
      shared.setPromiseHook(this);
    }
    run = newRun;
    limit = newLimit;
    pending = -OWN;
  }

  @Override
  public void promiseChanged(int type, JSDynamicObject promise, JSDynamicObject parent) {
    if (type == TYPE_INIT) {
      pending++;
      if (pending > limit && run != null) {
        run.breach(
            Quota.ASYNC_OPERATIONS,
            limit,
            pending,
            "The script has " + pending + " promises pending; " + limit + " allowed");
        run = null; // once is enough
      }
    } else if (type == TYPE_RESOLVE && pending > -OWN) { // or one of an earlier run in its context
      pending--;
    }
  }
}
