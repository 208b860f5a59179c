package dev.paddock.worker.pool;

import dev.paddock.sandbox.wire.Protection;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A sandbox in a process of its own.
 *
 * @param handle the process as a thread sees it that Landlock does not bind: {@code process} was
 *     made by one that cannot read /proc, so it knows no start time and kills nothing
 * @param landlockProblem why it has inherited no Landlock rules, or an empty text
 * @param oomScore whether the kernel takes it first
 */
record ProcessHost(
    Process process, ProcessHandle handle, String landlockProblem, Protection oomScore)
    implements SandboxHost {

  /** An end after SIGKILL takes milliseconds; this is for a machine that is not well. */
  private static final long REAP_SECONDS = 10;

  /** A process that a signal killed has this and the signal's number as its status. */
  private static final int FIRST_SIGNAL_STATUS = 128;

  private static final Map<Integer, String> SIGNALS =
      Map.of(4, "SIGILL", 6, "SIGABRT", 7, "SIGBUS", 9, "SIGKILL", 11, "SIGSEGV", 31, "SIGSYS");

  @Override
  public long id() {
    return process.pid();
  }

  @Override
  public boolean isProcess() {
    return true;
  }

  @Override
  public OutputStream tasks() {
    return process.getOutputStream();
  }

  @Override
  public InputStream answers() {
    return process.getInputStream();
  }

  @Override
  public InputStream errors() {
    return process.getErrorStream();
  }

  @Override
  public boolean isAlive() {
    return process.isAlive();
  }

  /** A process that is killed takes its guest with it. */
  @Override
  public boolean isAbandoned() {
    return false;
  }

  @Override
  public void destroy() {
    handle.destroyForcibly();
    process.destroyForcibly(); // closes the pipes
  }

  @Override
  public void onEnd(Runnable callback) {
    var _ = process.onExit().thenRun(callback);
  }

  @Override
  public String ending() throws InterruptedException {
    return process.waitFor(REAP_SECONDS, TimeUnit.SECONDS) ? described(process.exitValue()) : "";
  }

  private static String described(int status) {
    int signal = status - FIRST_SIGNAL_STATUS;
    if (signal <= 0) {
      return "exit status " + status;
    }
    String name = SIGNALS.get(signal);
    return "killed by signal " + signal + (name == null ? "" : ", " + name);
  }

  @Override
  public long cpuMillis() {
    return ProcessCpu.millis(handle);
  }

  @Override
  public long residentBytes() {
    return ResidentMemory.of(process.pid());
  }

  /** The sandbox sees what binds it; why it was not bound, only the spawner knows. */
  @Override
  public List<Protection> protections(List<Protection> found) {
    List<Protection> known = new ArrayList<>();
    for (Protection protection : found) {
      known.add(
          protection.kind().isInherited() && !protection.inForce() && !landlockProblem.isEmpty()
              ? Protection.missing(protection.kind(), landlockProblem)
              : protection);
    }
    known.add(oomScore);
    return known;
  }
}
