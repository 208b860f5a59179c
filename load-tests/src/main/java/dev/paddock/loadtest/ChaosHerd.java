package dev.paddock.loadtest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The worker processes, each with its log in a folder. Used by one thread, but for {@link #close}.
 */
final class ChaosHerd implements AutoCloseable {

  private static final String SANDBOX_CLASS = "dev.paddock.sandbox.Sandbox";

  /** Most workers do not live long. */
  private static final List<String> QUICK_START =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData");

  private static final int LOG_LINES_SHOWN = 3;

  /** One worker; a number of its own, so that no two share a name. */
  static final class Member {
    private final String name;
    private final Process process;
    private final Path log;
    private final long startedNanos = System.nanoTime();
    private boolean stopped;
    private boolean asked;

    private Member(String name, Process process, Path log) {
      this.name = name;
      this.process = process;
      this.log = log;
    }

    String name() {
      return name;
    }

    long pid() {
      return process.pid();
    }

    boolean isAlive() {
      return process.isAlive();
    }
  }

  private final Path folder;
  private final Map<String, String> settings;
  private final List<Member> members = new CopyOnWriteArrayList<>();

  /** Of workers that are gone, which must be gone with them. */
  private final List<ProcessHandle> orphans = new CopyOnWriteArrayList<>();

  private int started;

  ChaosHerd(Path folder, Map<String, String> settings) {
    this.folder = folder;
    this.settings = Map.copyOf(settings);
  }

  /** Starts one more. */
  Member start() throws IOException {
    String name = "chaos-" + ++started;
    Map<String, String> own = new HashMap<>(settings);
    own.put("worker.id", name);
    Path log = folder.resolve(name + ".log");
    Member member = new Member(name, WorkerProcess.launch(QUICK_START, own, log), log);
    members.add(member);
    return member;
  }

  /** Those that are there to work, the stopped ones included. */
  List<Member> present() {
    return members.stream().filter(member -> member.isAlive() && !member.asked).toList();
  }

  /** Those of them that are not stopped. */
  List<Member> running() {
    return present().stream().filter(member -> !member.stopped).toList();
  }

  /** The sandboxes of all that are running, the oldest first. */
  List<ProcessHandle> sandboxes() {
    return running().stream().flatMap(ChaosHerd::sandboxesOf).toList();
  }

  void kill(Member member) {
    member.asked = true;
    sandboxesOf(member).forEach(orphans::add);
    member.process.destroyForcibly();
  }

  void askToLeave(Member member) {
    member.asked = true;
    sandboxesOf(member).forEach(orphans::add);
    member.process.destroy();
  }

  void stop(Member member) throws IOException, InterruptedException {
    member.stopped = true;
    signal("STOP", member.pid());
  }

  void resume(Member member) throws IOException, InterruptedException {
    member.stopped = false;
    signal("CONT", member.pid());
  }

  /** Sends a signal; to a process that is gone, in vain. */
  static void signal(String name, long pid) throws IOException, InterruptedException {
    var _ =
        new ProcessBuilder("kill", "-" + name, Long.toString(pid))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
  }

  /**
   * A worker that has ended and was not asked to.
   *
   * @param startedNanos when it was started
   * @param what what became of it, with the end of its log
   */
  record Ended(long startedNanos, String what) {}

  /** Those that have ended since this was asked. */
  List<Ended> ended() throws IOException {
    List<Ended> ended = new ArrayList<>();
    for (Member member : members) {
      if (!member.isAlive() && !member.asked) {
        member.asked = true;
        List<String> lines = Files.readAllLines(member.log);
        String last =
            String.join(
                " | ", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        ended.add(
            new Ended(
                member.startedNanos,
                "%s ended by itself with status %d: %s"
                    .formatted(member.name, member.process.exitValue(), last)));
      }
    }
    return ended;
  }

  /**
   * Asks all to leave and waits until they have.
   *
   * @return what did not end, in words
   */
  List<String> disband(long patienceMillis) throws IOException, InterruptedException {
    for (Member member : members) {
      if (member.stopped) {
        resume(member);
      }
    }
    present().forEach(this::askToLeave);
    List<String> findings = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
    for (Member member : members) {
      if (!member.process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
        findings.add(member.name + " did not end when it was asked to");
      }
    }
    for (ProcessHandle orphan : orphans) {
      if (orphan.isAlive()) {
        findings.add("sandbox %d has outlived its worker".formatted(orphan.pid()));
      }
    }
    return findings;
  }

  /** Kills whatever is left. */
  @Override
  public void close() {
    members.forEach(member -> member.process.destroyForcibly());
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  private static Stream<ProcessHandle> sandboxesOf(Member member) {
    return member
        .process
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(SANDBOX_CLASS))
        .sorted(Comparator.comparingLong(ProcessHandle::pid));
  }
}
