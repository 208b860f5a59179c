package dev.paddock.worker.cli.demo;

import dev.paddock.worker.cli.batch.Feed;
import dev.paddock.worker.cli.batch.Item;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The honest scripts over the records, and the hostile ones evenly between them. */
public final class DemoFeed implements Feed {

  /** Fewer would not be enough to put the hostile scripts between them. */
  public static final int FEWEST_RECORDS = 20;

  /** As many as there are in a week. */
  public static final int MOST_RECORDS = 1_707;

  /** How often each hostile script runs. */
  static final int HOSTILE_TIMES = 3;

  /** A script and what it runs over. */
  private record Run(DemoScript script, String input) {}

  private final List<Run> runs = new ArrayList<>();
  private final int records;
  private int next;

  /**
   * Reads the first of the records.
   *
   * @param records how many, from {@value #FEWEST_RECORDS} to {@value #MOST_RECORDS}
   */
  public DemoFeed(int records) {
    List<String> quakes = quakes().subList(0, records);
    this.records = records;
    List<Run> honest = new ArrayList<>();
    for (int i = 0; i < quakes.size(); i++) {
      for (DemoScript script : DemoScript.HONEST) {
        if (script.runsOver(i)) {
          honest.add(new Run(script, quakes.get(i)));
        }
      }
    }
    int hostile = DemoScript.HOSTILE.size() * HOSTILE_TIMES;
    int stride = honest.size() / (hostile + 1);
    for (int i = 0; i < honest.size(); i++) {
      runs.add(honest.get(i));
      int harm = (i + 1) / stride - 1;
      if ((i + 1) % stride == 0 && harm < hostile) {
        runs.add(new Run(DemoScript.HOSTILE.get(harm % DemoScript.HOSTILE.size()), "null"));
      }
    }
  }

  /** How many records there are. */
  public int records() {
    return records;
  }

  /** How many executions there are. */
  public int size() {
    return runs.size();
  }

  /** How many of them run a hostile script. */
  public long hostile() {
    return runs.stream().filter(run -> run.script().hostile()).count();
  }

  @Override
  public @Nullable Item next() {
    if (next == runs.size()) {
      return null;
    }
    Run run = runs.get(next++);
    return new Item.Request(run.script().request(run.input()));
  }

  @Override
  public boolean skip() {
    return next() != null;
  }

  /** The records, a JSON object each. */
  static List<String> quakes() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                Objects.requireNonNull(DemoFeed.class.getResourceAsStream("earthquakes.jsonl")),
                StandardCharsets.UTF_8))) {
      return lines.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("The demo's records cannot be read", e);
    }
  }
}
