package dev.paddock.sandbox;

import dev.paddock.sandbox.guest.EngineFailedException;
import dev.paddock.sandbox.guest.Guest;
import dev.paddock.sandbox.quota.Guard;
import dev.paddock.sandbox.quota.Scope;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.WireException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What every sandbox does, wherever it lives: warms up, says that it is ready, and answers one task
 * after another until its input ends. On one guest thread at a time.
 */
final class TaskLoop {

  /** Memory ran out outside a run. */
  static final int OUT_OF_MEMORY = 3;

  /** The worker sent what is no task, or the pipe broke. */
  static final int WIRE_BROKEN = 4;

  /** The guest did not stop. */
  static final int UNSTOPPABLE = 5;

  /** The engine failed, for instance at a class that it could not load. */
  static final int ENGINE_FAILED = 7;

  /** For warming up, and for scripts that ask for nothing else. */
  static final long USUAL_STACK_BYTES = 4L << 20;

  /** Largest task in bytes; the worker bounds script and input far below. */
  private static final int MAX_TASK_BYTES = 64 << 20;

  private final InputStream tasks;
  private final MessageReader in;
  private final MessageWriter out;
  private final Scope scope;
  private final IntConsumer exit;
  private final Guard guard;
  private final Guest guest;
  private final WarmUp warmUp;

  /** Whether idle time is of use to the warm-up. */
  private boolean warming = true;

  /**
   * Sets the guest up, on its thread.
   *
   * @param exit ends the sandbox with one of the statuses above, from any of its threads
   */
  TaskLoop(InputStream tasks, OutputStream answers, Scope scope, IntConsumer exit) {
    this.tasks = new BufferedInputStream(tasks);
    in = new MessageReader(this.tasks);
    out = new MessageWriter(answers);
    this.scope = scope;
    this.exit = exit;
    guard = new Guard(scope, this::announce, () -> exit.accept(UNSTOPPABLE));
    guest = new Guest(guard);
    warmUp = new WarmUp(guest);
  }

  /** Runs only what warms a sandbox up, many times. */
  void train() {
    warmUp.train();
  }

  /**
   * Answers until the input ends.
   *
   * @param protections confines the sandbox when it has loaded its engine, and says how
   */
  void run(Supplier<List<Protection>> protections) {
    warmUp.load();
    guard.settle();
    tell(new Ready(protections.get()));
    serve(USUAL_STACK_BYTES, next());
  }

  /** Starts a thread on which guest code may run. */
  void onGuestThread(long stackBytes, Runnable work) {
    new Thread(null, () -> guarded(work), "guest", stackBytes).start();
  }

  private void guarded(Runnable work) {
    try {
      work.run();
    } catch (OutOfMemoryError e) {
      exit.accept(OUT_OF_MEMORY);
    }
  }

  /**
   * Runs tasks as long as they ask for this thread's stack; the first other one gets a new thread,
   * where threads are the sandbox's own.
   */
  private void serve(long stackBytes, @Nullable Task first) {
    Task task = first;
    while (task != null) {
      if (scope == Scope.PROCESS && task.limits().stackBytes() != stackBytes) {
        Task other = task;
        long otherBytes = task.limits().stackBytes();
        onGuestThread(otherBytes, () -> serve(otherBytes, other));
        return;
      }
      try {
        Answer answer = guest.run(task);
        tell(answer);
        task = answer.last() ? null : next();
      } catch (EngineFailedException e) {
        System.err.println("The engine failed: " + e.getMessage());
        exit.accept(ENGINE_FAILED);
        task = null;
      }
    }
    guard.close();
    guest.close();
  }

  /** Waits for a task, and gets warm and ready for it meanwhile; null where there will be none. */
  private @Nullable Task next() {
    try {
      while (warming && !guest.keepsContext() && tasks.available() == 0) {
        warming = warmUp.runWhileIdle();
        if (!warming) {
          guard.settle();
        }
      }
      if (!guest.keepsContext() && tasks.available() == 0) {
        guest.prepare();
      }
      return switch (in.read(MAX_TASK_BYTES)) {
        case null -> null;
        case Task task -> task;
        case Message other -> throw new WireException("Not a task: " + other);
      };
    } catch (IOException e) {
      exit.accept(WIRE_BROKEN);
      return null;
    }
  }

  /** Whether the next task's context is made. For the guest thread. */
  boolean isPrepared() {
    return guest.isPrepared();
  }

  private void announce(long number, Breach breach) {
    tell(new Stopping(number, breach));
  }

  private void tell(Message message) {
    try {
      out.write(message);
    } catch (IOException e) {
      exit.accept(WIRE_BROKEN);
    }
  }
}
