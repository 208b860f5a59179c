package dev.paddock.loadtest;

import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedMethod;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;
import one.convert.Arguments;
import one.convert.JfrToFlame;

/**
 * Where the Java threads of a JVM were each time that they had used some CPU time, as its flight
 * recorder has seen it. Other than Linux knows no such timer: there it is where threads were each
 * time that some time had passed. Compilers and collectors are no Java threads.
 */
final class CpuProfile {

  private static final boolean LINUX = System.getProperty("os.name").equals("Linux");

  private static final String EVENT = LINUX ? "jdk.CPUTimeSample" : "jdk.ExecutionSample";

  private static final String INTERVAL = LINUX ? "throttle=5ms" : "period=10ms";

  private static final String NAME = "profile";

  /** An interpreter of syntax trees has deep stacks. */
  private static final int STACK_DEPTH = 512;

  private static final int TOP = 20;

  private static final int TOP_THREADS = 10;

  private static final String OWN = "dev.paddock.";

  private static final String ELSEWHERE = "(nothing of Paddock's)";

  private final Path recording;
  private final Tally methods = new Tally();
  private final Tally packages = new Tally();
  private final Tally own = new Tally();
  private final Tally threads = new Tally();

  /** How often something was seen. */
  private static final class Tally {

    private final Map<String, Integer> counts = new HashMap<>();
    private int total;

    void add(String name) {
      counts.merge(name, 1, Integer::sum);
      total++;
    }

    /** Those seen most. */
    List<String> lines(String heading, int most) {
      Table table = new Table(Table.Align.LEFT);
      table.row("", heading);
      counts.entrySet().stream()
          .sorted(
              Map.Entry.<String, Integer>comparingByValue()
                  .reversed()
                  .thenComparing(Map.Entry.comparingByKey()))
          .limit(most)
          .forEach(
              entry -> {
                double share = 100.0 * entry.getValue() / total;
                table.row(String.format(Locale.ROOT, "%5.1f %%", share), entry.getKey());
              });
      return table.lines();
    }
  }

  private CpuProfile(Path recording) {
    this.recording = recording;
  }

  /** Begins to record in a JVM that can be attached to; costs it one look each 5 ms of CPU time. */
  static void begin(long pid) throws IOException, InterruptedException {
    var _ = Jcmd.ask(pid, "JFR.configure", "stackdepth=" + STACK_DEPTH);
    var _ =
        Jcmd.ask(
            pid,
            "JFR.start",
            "name=" + NAME,
            "settings=none",
            "+" + EVENT + "#enabled=true",
            "+" + EVENT + "#" + INTERVAL);
  }

  /**
   * Ends it.
   *
   * @param recording where the recording is kept; absolute
   */
  static CpuProfile end(long pid, Path recording) throws IOException, InterruptedException {
    var _ = Jcmd.ask(pid, "JFR.stop", "name=" + NAME, "filename=" + recording);
    CpuProfile profile = new CpuProfile(recording);
    try (RecordingFile file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        RecordedEvent event = file.readEvent();
        if (event.getEventType().getName().equals(EVENT)) {
          profile.add(event);
        }
      }
    }
    return profile;
  }

  /** How often it was looked. */
  int samples() {
    return methods.total;
  }

  /** Draws it, for a browser. */
  void draw(Path page, String title) throws IOException {
    Arguments arguments = new Arguments();
    arguments.title = title;
    arguments.cpuTime = LINUX;
    arguments.cpu = !LINUX;
    JfrToFlame.convert(recording.toString(), page.toString(), arguments);
  }

  /** What was seen most. */
  List<String> lines() {
    List<String> lines = new ArrayList<>();
    lines.addAll(methods.lines("method, without what it called", TOP));
    lines.add("");
    lines.addAll(packages.lines("package, without what it called", TOP));
    lines.add("");
    lines.addAll(own.lines("method of Paddock's, with what others did for it", TOP));
    lines.add("");
    lines.addAll(
        threads.lines("of %s samples, thread".formatted(Units.count(samples())), TOP_THREADS));
    return lines;
  }

  private void add(RecordedEvent event) {
    RecordedStackTrace stack = event.getStackTrace();
    List<RecordedFrame> frames = stack == null ? List.of() : stack.getFrames();
    if (frames.isEmpty()) {
      methods.add("(unknown)");
      packages.add("(unknown)");
      own.add("(unknown)");
    } else {
      RecordedMethod top = frames.getFirst().getMethod();
      String type = top.getType().getName();
      methods.add(named(top));
      packages.add(type.substring(0, Math.max(0, type.lastIndexOf('.'))));
      own.add(
          frames.stream()
              .map(RecordedFrame::getMethod)
              .filter(method -> method.getType().getName().startsWith(OWN))
              .findFirst()
              .map(CpuProfile::named)
              .orElse(ELSEWHERE));
    }
    RecordedThread thread = event.getThread(LINUX ? "eventThread" : "sampledThread");
    threads.add(
        thread == null || thread.getJavaName() == null ? "(unknown)" : thread.getJavaName());
  }

  /** Hidden classes have a number in their name that no two runs share. */
  private static String named(RecordedMethod method) {
    return method.getType().getName().replaceFirst("[+/]0x[0-9a-f]+$", "") + "." + method.getName();
  }
}
