package dev.paddock.loadtest;

import dev.paddock.sandbox.guest.Guest;
import dev.paddock.sandbox.quota.Guard;
import dev.paddock.sandbox.quota.Run;
import dev.paddock.sandbox.quota.Scope;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.SandboxPolicy;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * What a sandbox is compared with: the same engine and the same script in a JVM like a sandbox's,
 * with no pipe before it and nothing to confine it. Reads lines such as {@code GUEST 1000} from
 * standard input and answers each with three numbers: CPU time of the process, of the thread that
 * ran the scripts, and of the thread that watches quotas, in ns.
 */
final class InProcess {

  /** What is run, so many times. */
  enum Work {
    /** A fresh context without Paddock: no globals of its own, no quotas. */
    BARE,
    /** The sandbox's guest. */
    GUEST,
    /** Only what begins and ends the quotas of a run, and no script. */
    QUOTAS
  }

  private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
  private final com.sun.management.OperatingSystemMXBean system =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
  private final Guard guard =
      new Guard(
          Scope.PROCESS,
          (_, breach) -> {
            throw new IllegalStateException(breach.message());
          },
          () -> {});
  private final Guest guest = new Guest(guard);
  private final Engine engine = Guest.newEngine();
  private final Source conversion =
      Source.create(
          "js", "(text) => { globalThis.input = JSON.parse(text); return JSON.stringify; }");
  private final Source script = Source.create("js", Workload.RULE.source());
  private final long guardId = threadId("guard");
  private long number;

  private InProcess() {}

  /** Answers until standard input ends. */
  public static void main(String[] args) {
    // A thread with the stack of a guest's.
    new Thread(null, () -> new InProcess().serve(), "runner", Workload.LIMITS.stackBytes()).start();
  }

  private void serve() {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    try {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 2);
        Work work = Work.valueOf(words[0]);
        long count = Long.parseLong(words[1]);
        long process = system.getProcessCpuTime();
        long runner = threads.getCurrentThreadCpuTime();
        long watching = threads.getThreadCpuTime(guardId);
        for (long i = 0; i < count; i++) {
          once(work);
        }
        System.out.printf(
            Locale.ROOT,
            "%d %d %d%n",
            system.getProcessCpuTime() - process,
            threads.getCurrentThreadCpuTime() - runner,
            threads.getThreadCpuTime(guardId) - watching);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    guard.close();
  }

  private void once(Work work) {
    switch (work) {
      case BARE -> bare();
      case GUEST -> guest.run(Workload.rule(number++));
      case QUOTAS -> {
        Run run = guard.begin(number++, Workload.LIMITS, false, () -> {});
        run.usage();
        run.end();
      }
    }
  }

  private void bare() {
    try (Context context =
        Context.newBuilder("js")
            .engine(engine)
            .sandbox(SandboxPolicy.CONSTRAINED)
            .allowHostAccess(HostAccess.CONSTRAINED)
            .build()) {
      Value stringify = context.eval(conversion).execute(Workload.RULE_INPUT);
      if (stringify.execute(context.eval(script)).asString().isEmpty()) {
        throw new IllegalStateException("No output");
      }
    }
  }

  private static long threadId(String name) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(name))
        .findFirst()
        .orElseThrow()
        .threadId();
  }
}
