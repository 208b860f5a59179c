package dev.paddock.worker.cli.doctor;

import dev.paddock.worker.cli.doctor.Finding.Level;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Findings as a person reads them: a line each, and below it what to do. */
public final class Report {

  private static final String GAP = "  ";
  private static final String ARROW = "→ ";

  /** Longer subjects have a line of their own. */
  private static final int WIDEST_SUBJECT = 34;

  private static final int NARROWEST_TEXT = 40;
  private static final int LEVEL_WIDTH =
      Arrays.stream(Level.values()).mapToInt(level -> level.name().length()).max().orElseThrow();

  private final List<Section> sections;

  /** A report of these, in this order. */
  public Report(List<Section> sections) {
    this.sections = List.copyOf(sections);
  }

  /** Whether something is a problem. */
  public boolean hasProblems() {
    return count(Level.PROBLEM) > 0;
  }

  /** Prints all of it. */
  public void print(Terminal terminal) {
    for (Section section : sections) {
      terminal.out().println(terminal.style(Style.HEADING, section.title()));
      int subjectWidth =
          section.findings().stream()
              .mapToInt(finding -> finding.subject().length())
              .filter(length -> length <= WIDEST_SUBJECT)
              .max()
              .orElse(0);
      for (Finding finding : section.findings()) {
        lines(terminal, finding, subjectWidth).forEach(terminal.out()::println);
      }
    }
    long problems = count(Level.PROBLEM);
    long warnings = count(Level.WARNING);
    Style style = problems > 0 ? Style.BAD : warnings > 0 ? Style.WARNING : Style.GOOD;
    String sum =
        problems + warnings == 0
            ? "Everything is in order."
            : "%s, %s".formatted(counted(problems, "problem"), counted(warnings, "warning"));
    terminal.out().println(terminal.style(style, sum));
  }

  private long count(Level level) {
    return sections.stream()
        .flatMap(section -> section.findings().stream())
        .filter(finding -> finding.level() == level)
        .count();
  }

  private static String counted(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static List<String> lines(Terminal terminal, Finding finding, int subjectWidth) {
    String level = finding.level().name().toLowerCase(Locale.ROOT);
    int indent = 3 * GAP.length() + LEVEL_WIDTH + subjectWidth;
    int width = Math.max(NARROWEST_TEXT, terminal.width() - indent);
    List<String> texts = wrapped(finding.found(), width);
    String beginning =
        GAP
            + terminal.style(style(finding.level()), padded(level, LEVEL_WIDTH))
            + GAP
            + padded(finding.subject(), subjectWidth)
            + GAP;
    List<String> lines = new ArrayList<>();
    if (finding.subject().length() > subjectWidth) {
      lines.add(beginning);
    }
    for (String text : texts) {
      lines.add((lines.isEmpty() ? beginning : " ".repeat(indent)) + text);
    }
    if (!finding.remedy().isEmpty()) {
      String mark = ARROW;
      for (String text : wrapped(finding.remedy(), width - ARROW.length())) {
        lines.add(" ".repeat(indent) + mark + text);
        mark = " ".repeat(ARROW.length());
      }
    }
    return lines.stream().map(String::stripTrailing).toList();
  }

  private static Style style(Level level) {
    return switch (level) {
      case OK -> Style.GOOD;
      case UNKNOWN -> Style.QUIET;
      case WARNING -> Style.WARNING;
      case PROBLEM -> Style.BAD;
    };
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** At spaces; a word that is too long stays whole, so that it can be copied. */
  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : Terminal.harmless(text).split("\\s+", -1)) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(line.toString());
    return lines;
  }
}
