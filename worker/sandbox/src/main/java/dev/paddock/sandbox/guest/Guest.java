package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.quota.Guard;
import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Quota;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.Usage;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks in contexts of one shared engine, which keeps parsed code: each task in a fresh one,
 * unless it asks for one that its tenant's same script has left. One context at most is kept, and
 * closed before any other script runs, so that no two tenants' data is ever here at once. For the
 * guest thread only.
 */
public final class Guest {

  private static final String LANGUAGE = "js";

  /** Where a script names none: the same on every machine, as its time zone is. */
  private static final String LOCALE = "en-US";

  private static final Ending ENGINE_FAILED = failure("InternalError", "The script engine failed");

  private final Engine engine;
  private final Guard guard;
  private final World world = new World(() -> newContext(new ScriptFiles()));
  private final PendingPromises promises = new PendingPromises();
  private final SourceCache sources = new SourceCache(LANGUAGE);
  private final Sizes sizes = new Sizes();
  private @Nullable GuestContext kept;

  /** Nobody's yet. */
  private @Nullable GuestContext ahead;

  /** A guest whose runs {@code guard} watches. */
  public Guest(Guard guard) {
    this.guard = guard;
    engine = newEngine();
  }

  /** An engine whose contexts offer a guest nothing beyond the language. */
  public static Engine newEngine() {
    return Engine.newBuilder(LANGUAGE)
        .sandbox(SandboxPolicy.CONSTRAINED)
        .in(InputStream.nullInputStream())
        .out(OutputStream.nullOutputStream())
        .err(OutputStream.nullOutputStream())
        .allowExperimentalOptions(true)
        .option("engine.WarnInterpreterOnly", "false")
        .option("js.console", "false")
        .option("js.graal-builtin", "false")
        .option("js.load", "false")
        .option("js.locale", LOCALE)
        .option("js.print", "false")
        .build();
  }

  /** Gives up the engine. */
  public void close() {
    engine.close(true);
  }

  /**
   * Runs one task to its end, whatever that is.
   *
   * @throws EngineFailedException where the fault is not the script's
   */
  public Answer run(Task task) {
    Breach tooLarge = sizes.breach(task);
    return tooLarge == null ? runWithin(task) : refusal(task, tooLarge);
  }

  private static Answer refusal(Task task, Breach breach) {
    return new Answer(
        task.number(), new Ending.Stopped(breach), List.of(), false, new Usage(0, 0, 0, 0), false);
  }

  private Answer runWithin(Task task) {
    String name = ScriptName.of(task.script().name());
    boolean doubtful = !closeUnlessFitting(task);
    GuestContext context = takeContext();
    Run run = guard.begin(task.number(), task.limits(), context.isContinued(), context::cancel);
    LogBuffer logs = new LogBuffer(task.limits(), run);
    boolean loaded = false;
    String engineFailure = "";
    Ending ending;
    try {
      ending = evaluate(context, task, name, run, logs);
      loaded = task.reuse().keeps() && context.isLoaded();
    } catch (PolyglotException e) {
      doubtful |= !e.isCancelled() && !e.isGuestException();
      ending = endingOf(e, run, task);
      engineFailure = ending.equals(ENGINE_FAILED) ? String.valueOf(e.getMessage()) : "";
    } catch (OutOfMemoryError e) {
      doubtful = true;
      run.breachHeap();
      ending = failure("InternalError", "The sandbox ran out of memory");
    } catch (StackOverflowError e) {
      doubtful = true;
      ending = stackExceeded(task, "");
    } catch (InterruptedException e) {
      ending = failure("InternalError", "The run was interrupted");
    }
    promises.end();
    Usage usage = run.usage();
    Breach breach = run.end();
    Thread.interrupted(); // cancelling interrupts this thread
    if (loaded && breach == null && !(ending instanceof Ending.Stopped)) {
      kept = context;
    } else {
      doubtful |= !context.close();
    }
    if (breach == null && !engineFailure.isEmpty()) {
      throw new EngineFailedException(engineFailure);
    }
    return new Answer(
        task.number(),
        breach == null ? ending : new Ending.Stopped(breach),
        logs.lines(),
        logs.truncated(),
        usage,
        doubtful);
  }

  /** Makes the next task's context while there is none; of no use where one is kept. */
  public void prepare() {
    if (ahead == null) {
      ahead = newContext();
    }
  }

  /** Whether there is a context that nobody has used, for the next task that finds none kept. */
  public boolean isPrepared() {
    return ahead != null;
  }

  private GuestContext takeContext() {
    GuestContext context = kept != null ? kept : ahead;
    if (kept == null) {
      ahead = null;
    }
    kept = null;
    return context != null ? context : newContext();
  }

  /** Whether a context is kept, so that whatever else ran would lose it. */
  public boolean keepsContext() {
    return kept != null;
  }

  /** Closes what is kept for others. */
  private boolean closeUnlessFitting(Task task) {
    GuestContext last = kept;
    if (last == null || last.fits(task)) {
      return true;
    }
    kept = null;
    return last.close();
  }

  private GuestContext newContext() {
    ScriptFiles files = new ScriptFiles();
    return new GuestContext(newContext(files), files, world);
  }

  private Context newContext(ScriptFiles files) {
    return Context.newBuilder(LANGUAGE)
        .engine(engine)
        .sandbox(SandboxPolicy.CONSTRAINED)
        .allowHostAccess(HostAccess.CONSTRAINED)
        .allowIO(IOAccess.newBuilder().fileSystem(files).build())
        .timeZone(ZoneOffset.UTC)
        .build();
  }

  private Ending evaluate(GuestContext own, Task task, String name, Run run, LogBuffer logs)
      throws InterruptedException {
    Context context = own.context();
    promises.begin(context, run, task.limits().asyncOperations());
    Realm realm = own.begin(task, name, run, logs);
    switch (task.script().kind()) {
      case SCRIPT -> {
        realm.prepareScript(task.input(), task.context() == null ? null : ContextJson.of(task));
        guarded(realm, () -> realm.settle(context.eval(sources.get(name, task.script().source()))));
      }
      case MODULE -> realm.callModule("/" + name, task.input(), ContextJson.of(task));
    }
    while (!realm.isSettled()) {
      long micros = realm.untilNextTimer();
      if (micros < 0) {
        long waited = run.elapsedMicros() / 1000;
        return new Ending.Stopped(
            new Breach(
                Quota.WALL_TIME,
                task.limits().wallMillis(),
                waited,
                "The script waits for a promise that nothing can settle any more"));
      }
      if (run.sleepMicros(micros)) {
        guarded(realm, realm::runNextTimer);
      }
    }
    return ending(realm, task, name);
  }

  /** Guest exceptions fail the run; all others, cancellation for one, are the caller's. */
  private static void guarded(Realm realm, Runnable guestCode) {
    try {
      guestCode.run();
    } catch (PolyglotException e) {
      Value thrown = e.getGuestObject();
      if (!e.isGuestException() || e.isCancelled() || e.isExit() || thrown == null) {
        throw e;
      }
      realm.fail(thrown);
    }
  }

  private static Ending ending(Realm realm, Task task, String name) {
    Value error = realm.error();
    if (!error.isNull()) {
      GuestError report =
          new ErrorReport(name)
              .of(
                  error.getMember("name").asString(),
                  error.getMember("message").asString(),
                  error.getMember("stack").asString());
      return error.getMember("ofStack").asBoolean()
          ? stackExceeded(task, " at line " + report.line())
          : new Ending.Failed(report);
    }
    long length = realm.outputLength();
    if (length < 0) {
      return new Ending.Succeeded(null);
    }
    long limit = task.limits().outputBytes();
    if (length > limit) { // UTF-8 is never shorter, so there is no need to copy it to know
      return outputTooLarge(limit, length);
    }
    String output = realm.output();
    long bytes = output.getBytes(StandardCharsets.UTF_8).length;
    return bytes > limit ? outputTooLarge(limit, bytes) : new Ending.Succeeded(output);
  }

  private static Ending stackExceeded(Task task, String where) {
    long limit = task.limits().stackBytes();
    return new Ending.Stopped(
        new Breach(
            Quota.STACK,
            limit,
            limit,
            "The script's calls%s are nested deeper than its stack of %d bytes allows"
                .formatted(where, limit)));
  }

  private static Ending outputTooLarge(long limit, long observed) {
    return new Ending.Stopped(
        new Breach(
            Quota.OUTPUT_SIZE,
            limit,
            observed,
            "The output has " + observed + " bytes; " + limit + " allowed"));
  }

  private static Ending endingOf(PolyglotException e, Run run, Task task) {
    // Nothing but the words tells the parser's stack overflow from a lack of memory, or one inside
    // the engine from another fault of it.
    String message = String.valueOf(e.getMessage());
    if (e.isResourceExhausted()) {
      if (message.contains("Stack overflow")) {
        return stackExceeded(task, " or its brackets");
      }
      run.breachHeap();
    } else if (e.isInternalError() && message.contains("StackOverflowError")) {
      return stackExceeded(task, "");
    }
    return ENGINE_FAILED;
  }

  private static Ending failure(String name, String message) {
    return new Ending.Failed(new GuestError(name, message, null, 0, 0));
  }
}
