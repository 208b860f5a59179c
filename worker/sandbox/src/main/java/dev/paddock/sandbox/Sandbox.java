package dev.paddock.sandbox;

import dev.paddock.sandbox.confine.Confinement;
import dev.paddock.sandbox.confine.HardExit;
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

  /** Deep enough for the parser and for reasonable recursion, small enough to overflow in time. */
  private static final long GUEST_STACK_BYTES = 4L << 20;

  private Sandbox() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    Confinement.leaveSession();
    if (List.of(args).contains(SandboxJvm.TRAIN)) {
      train();
      return;
    }
    Confinement confinement =
        List.of(args).contains(SandboxJvm.CONFINED) ? new Confinement() : null;
    if (confinement != null) {
      confinement.begin();
    }
    MessageReader in =
        new MessageReader(new BufferedInputStream(new FileInputStream(FileDescriptor.in)));
    MessageWriter out = new MessageWriter(new FileOutputStream(FileDescriptor.out));
    // A sandbox without its guard, for one, must not go on.
    Thread.setDefaultUncaughtExceptionHandler((_, _) -> HardExit.now(EXIT_BROKEN));
    // Nothing but messages may reach the pipe.
    System.setIn(InputStream.nullInputStream());
    System.setOut(System.err);
    new Thread(null, () -> serve(in, out, confinement), "guest", GUEST_STACK_BYTES).start();
  }

  private static void train() {
    Confinement.rehearse();
    Thread guest =
        new Thread(
            null,
            () -> WarmUp.train(new Guest(new Guard(Thread.currentThread(), (_, _) -> {}))),
            "guest",
            GUEST_STACK_BYTES);
    guest.start();
  }

  private static void serve(
      MessageReader in, MessageWriter out, @Nullable Confinement confinement) {
    try {
      Guard guard =
          new Guard(Thread.currentThread(), (number, breach) -> tell(out, number, breach));
      Guest guest = new Guest(guard);
      WarmUp.run(guest);
      guard.settle();
      out.write(new Ready(confinement == null ? List.of() : confinement.finish()));
      boolean goOn = true;
      while (goOn) {
        goOn =
            switch (in.read(MAX_TASK_BYTES)) {
              case null -> false;
              case Task task -> {
                Answer answer = guest.run(task);
                out.write(answer);
                yield !answer.last();
              }
              case Message other -> throw new WireException("Not a task: " + other);
            };
      }
    } catch (IOException e) {
      System.err.println("Sandbox ends: " + e.getMessage());
      HardExit.now(EXIT_WIRE);
    } catch (OutOfMemoryError e) {
      HardExit.now(EXIT_OUT_OF_MEMORY);
    }
  }

  private static void tell(MessageWriter out, long number, Breach breach) {
    try {
      out.write(new Stopping(number, breach));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
