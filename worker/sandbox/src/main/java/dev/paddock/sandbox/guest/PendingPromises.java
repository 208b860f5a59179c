package dev.paddock.sandbox.guest;

import com.oracle.truffle.js.lang.JavaScriptLanguage;
import com.oracle.truffle.js.runtime.JSContext;
import com.oracle.truffle.js.runtime.PromiseHook;
import com.oracle.truffle.js.runtime.builtins.JSPromise;
import com.oracle.truffle.js.runtime.builtins.JSPromiseObject;
import com.oracle.truffle.js.runtime.objects.JSDynamicObject;
import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Quota;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.graalvm.polyglot.Context;
import org.jspecify.annotations.Nullable;

/**
 * Counts the promises of a run that are not settled yet, with the engine's hook for debuggers and
 * Node's async hooks. It tells of each promise when it is made, and when it is about to be
 * resolved. One that is resolved with another, or with any thenable, is settled when that is, and
 * the hook tells of it again. For the guest thread only.
 */
final class PendingPromises implements PromiseHook {

  /** Those by which the sandbox itself waits for the script. */
  private static final int OWN = 8;

  private @Nullable Run run;
  private long limit;
  private long pending;

  /** Of which the hook has told last that it is about to be resolved. */
  private @Nullable JSPromiseObject resolving;

  /** Those that were resolved with a thenable, which has not settled them when last seen. */
  private final Set<JSPromiseObject> locked = Collections.newSetFromMap(new IdentityHashMap<>());

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

  /** Forgets the run and what was pending in it. */
  void end() {
    run = null;
    resolving = null;
    locked.clear();
  }

  @Override
  public void promiseChanged(int type, JSDynamicObject promise, JSDynamicObject parent) {
    seeWhatBecameOfTheLast();
    if (type == TYPE_INIT) {
      pending++;
      requireAllowed();
    } else if (type == TYPE_RESOLVE && promise instanceof JSPromiseObject own) {
      resolving = own;
      // One of an earlier run in its context is not counted.
      if (!locked.remove(own) && pending > -OWN) {
        pending--;
      }
    }
  }

  private void seeWhatBecameOfTheLast() {
    JSPromiseObject last = resolving;
    resolving = null;
    if (last != null && run != null && JSPromise.isPending(last)) {
      locked.add(last);
      requireAllowed();
    }
  }

  private void requireAllowed() {
    Run current = run;
    if (current == null || pending + locked.size() <= limit) {
      return;
    }
    // Guest code may run while a promise is being resolved, which looks like locked meanwhile.
    locked.removeIf(promise -> !JSPromise.isPending(promise));
    long count = pending + locked.size();
    if (count > limit) {
      current.breach(
          Quota.ASYNC_OPERATIONS,
          limit,
          count,
          "The script has " + count + " promises pending; " + limit + " allowed");
      run = null; // once is enough
    }
  }
}
