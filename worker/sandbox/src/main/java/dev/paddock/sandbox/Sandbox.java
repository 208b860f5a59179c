package dev.paddock.sandbox;

import dev.paddock.sandbox.confine.Confinement;
import dev.paddock.sandbox.confine.HardExit;
import dev.paddock.sandbox.confine.OpenJars;
import dev.paddock.sandbox.guest.Guest;
import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.quota.Guard;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import dev.paddock.sandbox.wire.WireException;
import java.io.BufferedInputStream;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The sandbox process: reads tasks from standard input, runs one at a time, answers on standard
 * output, and ends when the input does. Started by a worker's pool. Where it is asked to confine
 * itself, it gives up every right that it does not need before it reads the first task.
 */
public final class Sandbox {

  /** Exit status where memory ran out outside a run. */
  private static final int EXIT_OUT_OF_MEMORY = 3;

  /** Exit status where the worker sent what is no task, or the pipe broke. */
  private static final int EXIT_WIRE = 4;

  /** Exit status where a thread of the sandbox's own died. */
  private static final int EXIT_BROKEN = 6;

  /** Largest task in bytes; the worker bounds script and input far below. */
  private static final int MAX_TASK_BYTES = 64 << 20;

  /** For warming up and for scripts that ask for nothing else. */
  private static final long USUAL_STACK_BYTES = 4L << 20;

  private final MessageReader in;
  private final MessageWriter out;
  private final Guard guard;
  private final Guest guest;

  private Sandbox(MessageReader in, MessageWriter out) {
    this.in = in;
    this.out = out;
    guard = new Guard((number, breach) -> tell(out, number, breach));
    guest = new Guest(guard);
  }

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    Confinement.leaveSession();
    // A sandbox without its guard, for one, must not go on.
    Thread.setDefaultUncaughtExceptionHandler((_, _) -> HardExit.now(EXIT_BROKEN));
    boolean training = List.of(args).contains(SandboxJvm.TRAIN);
    Confinement confinement =
        List.of(args).contains(SandboxJvm.CONFINED) ? new Confinement() : null;
    if (confinement != null) {
      confinement.begin();
    }
    MessageReader in =
        new MessageReader(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    MessageWriter out = new MessageWriter(new FileOutputStream(FileDescriptor.out));
    // Nothing but messages may reach the pipe.
    System.setIn(InputStream.nullInputStream());
    System.setOut(System.err);
    onGuestThread(
        USUAL_STACK_BYTES,
        () -> {
          Sandbox sandbox = new Sandbox(in, out);
          if (training) {
            Confinement.rehearse();
            WarmUp.train(sandbox.guest);
          } else {
            sandbox.begin(confinement);
          }
        });
  }

  private static void onGuestThread(long stackBytes, Runnable work) {
    new Thread(
            null,
            () -> {
              try {
                work.run();
              } catch (OutOfMemoryError e) {
                HardExit.now(EXIT_OUT_OF_MEMORY);
              }
            },
            "guest",
            stackBytes)
        .start();
  }

  private void begin(@Nullable Confinement confinement) {
    OpenJars.keep();
    WarmUp.run(guest);
    guard.settle();
    tell(out, new Ready(confinement == null ? List.of() : confinement.finish()));
    serve(USUAL_STACK_BYTES, next());
  }

  /**
   * Runs tasks as long as they ask for this thread's stack; the first other one gets a new thread.
   */
  private void serve(long stackBytes, @Nullable Task first) {
    Task task = first;
    while (task != null) {
      if (task.limits().stackBytes() != stackBytes) {
        Task other = task;
        long otherBytes = task.limits().stackBytes();
        onGuestThread(otherBytes, () -> serve(otherBytes, other));
        return;
      }
      Answer answer = guest.run(task);
      tell(out, answer);
      task = answer.last() ? null : next();
    }
  }

  /** Waits for a task; null where there will be none. */
  private @Nullable Task next() {
    try {
      return switch (in.read(MAX_TASK_BYTES)) {
        case null -> null;
        case Task task -> task;
        case Message other -> throw new WireException("Not a task: " + other);
      };
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static void tell(MessageWriter out, Message message) {
    try {
      out.write(message);
    } catch (IOException e) {
      throw broken(e);
    }
  }

  private static void tell(MessageWriter out, long number, Breach breach) {
    tell(out, new Stopping(number, breach));
  }

  private static UncheckedIOException broken(IOException e) {
    System.err.println("Sandbox ends: " + e.getMessage());
    HardExit.now(EXIT_WIRE);
    return new UncheckedIOException(e);
  }
}
