package dev.paddock.sandbox;

import dev.paddock.sandbox.confine.Confinement;
import dev.paddock.sandbox.confine.HardExit;
import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.quota.Scope;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;

/**
 * The sandbox process: reads tasks from standard input, runs one at a time, answers on standard
 * output, and ends when the input does. Started by a worker's pool. Where it is asked to confine
 * itself, it gives up every right that it does not need before it reads the first task.
 */
public final class Sandbox {

  /** Exit status where a thread of the sandbox's own died. */
  private static final int BROKEN = 6;

  private Sandbox() {}

  /** Runs until standard input ends. */
  public static void main(String[] args) {
    Confinement.leaveGroup();
    HardExit.prepare();
    // A sandbox without its guard, for one, must not go on.
    Thread.setDefaultUncaughtExceptionHandler((_, _) -> HardExit.now(BROKEN));
    List<String> arguments = List.of(args);
    Confinement confinement = arguments.contains(SandboxJvm.CONFINED) ? new Confinement() : null;
    if (confinement != null) {
      confinement.begin();
    }
    InputStream tasks = new FileInputStream(FileDescriptor.in);
    OutputStream answers = new FileOutputStream(FileDescriptor.out);
    // Nothing but messages may reach the pipe.
    System.setIn(InputStream.nullInputStream());
    System.setOut(System.err);
    TaskLoop loop = new TaskLoop(tasks, answers, Scope.PROCESS, HardExit::now);
    loop.onGuestThread(
        TaskLoop.USUAL_STACK_BYTES,
        () -> {
          if (arguments.contains(SandboxJvm.TRAIN)) {
            Confinement.rehearse();
            loop.train();
          } else {
            loop.run(confinement == null ? List::of : confinement::finish);
          }
        });
  }
}
