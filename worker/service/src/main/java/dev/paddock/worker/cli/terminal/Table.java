package dev.paddock.worker.cli.terminal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Aligns rows of cells in columns. */
public final class Table {

  private static final String INDENT = "  ";
  private static final String GAP = "  ";

  /** How all columns but the first are aligned; that one is to the left. */
  public enum Align {
    LEFT,
    RIGHT
  }

  private final Align align;
  private final List<List<String>> rows = new ArrayList<>();

  /** An empty table. */
  public Table(Align align) {
    this.align = align;
  }

  /** Adds a row; rows may be of different lengths. */
  public void row(String... cells) {
    rows.add(Arrays.asList(cells));
  }

  /** Adds a row: a name, cells, and more cells. */
  public void row(String name, List<String> cells, String... more) {
    List<String> row = new ArrayList<>(cells);
    row.addFirst(name);
    row.addAll(Arrays.asList(more));
    rows.add(row);
  }

  /** The rows as lines, indented by two. */
  public List<String> lines() {
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder(INDENT);
      for (int column = 0; column < row.size(); column++) {
        String padding = " ".repeat(width(column) - row.get(column).length());
        boolean left = column == 0 || align == Align.LEFT;
        line.append(column == 0 ? "" : GAP)
            .append(left ? row.get(column) + padding : padding + row.get(column));
      }
      lines.add(line.toString().stripTrailing());
    }
    return lines;
  }

  private int width(int column) {
    return rows.stream()
        .filter(row -> row.size() > column)
        .mapToInt(row -> row.get(column).length())
        .max()
        .orElse(0);
  }
}
