import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads Maven's output, keeps it in a log file, and shows in a few lines what it is at. */
final class Progress {

  private static final Pattern MODULE = Pattern.compile("\\[INFO\\] Building (Paddock.*?) \\d.*");
  private static final Pattern DOWNLOADED =
      Pattern.compile("Downloaded from .*/(\\S+) \\(([\\d.]+) ([kMG]?)B.*");
  private static final Pattern RUNNING =
      Pattern.compile("Progress \\(\\d+\\): (?:(\\S+) \\| )?([\\d.]+/[\\d.]+ [kMG]?B).*");

  private final boolean terminal;
  private final PrintStream out = System.out;
  private int files;
  private double megabytes;
  private String shown = "";

  private Progress(boolean terminal) {
    this.terminal = terminal;
  }

  public static void main(String[] args) throws IOException {
    new Progress(args[1].equals("terminal")).run(System.in, Path.of(args[0]));
  }

  private void run(InputStream maven, Path logFile) throws IOException {
    try (var log = new PrintStream(Files.newOutputStream(logFile), true);
        var in = new BufferedInputStream(maven)) {
      var line = new StringBuilder();
      for (int c = in.read(); c >= 0; c = in.read()) {
        if (c == '\n' || c == '\r') {
          if (c == '\n') {
            log.println(line);
          }
          show(line.toString());
          line.setLength(0);
        } else {
          line.append((char) c);
        }
      }
    }
    erase();
    if (files > 0) {
      out.printf("  downloaded %,d files, %,.0f MB%n", files, megabytes);
    }
  }

  private void show(String line) {
    Matcher module = MODULE.matcher(line);
    Matcher downloaded = DOWNLOADED.matcher(line);
    Matcher running = RUNNING.matcher(line);
    if (module.matches()) {
      erase();
      out.println("  " + module.group(1));
    } else if (downloaded.matches()) {
      files++;
      megabytes += Double.parseDouble(downloaded.group(2)) * megabytesIn(downloaded.group(3));
      status("");
    } else if (running.matches()) {
      status(", now at " + running.group(2));
    }
  }

  private void status(String now) {
    String text = String.format("    %,d files, %,.0f MB downloaded%s", files, megabytes, now);
    if (terminal && !text.equals(shown)) {
      out.print("\r" + text + "\033[K");
      out.flush();
      shown = text;
    }
  }

  private void erase() {
    if (!shown.isEmpty()) {
      out.print("\r\033[K");
      shown = "";
    }
  }

  private static double megabytesIn(String unit) {
    return switch (unit) {
      case "G" -> 1_000;
      case "M" -> 1;
      case "k" -> 0.001;
      default -> 0.000_001;
    };
  }
}
