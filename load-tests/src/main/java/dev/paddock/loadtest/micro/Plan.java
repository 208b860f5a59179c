package dev.paddock.loadtest.micro;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

/**
 * What is measured, and for how long.
 *
 * @param benchmarks names as {@link #matching} gives them
 * @param forks processes for each; 0 for none, which is quick and inexact
 * @param warmUp iterations in each that do not count
 * @param iterations those that count
 * @param millis how long an iteration lasts
 * @param file where the results go as JSON; empty for nowhere
 */
public record Plan(
    List<String> benchmarks, int forks, int warmUp, int iterations, int millis, String file) {

  private static final String PACKAGE = Plan.class.getPackageName() + ".";

  private static final int OTHERS = 5;

  /** Copies the names. */
  public Plan {
    benchmarks = List.copyOf(benchmarks);
  }

  /**
   * The names of benchmarks in which a pattern is found, such as {@code LedgerBenchmark.settle}.
   */
  public static List<String> matching(Pattern pattern) {
    TreeSet<String> names = new TreeSet<>();
    for (BenchmarkListEntry entry :
        BenchmarkList.defaultList()
            .getAll(
                OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                List.of())) {
      String name = entry.getUsername().substring(PACKAGE.length());
      if (pattern.matcher(name).find()) {
        names.add(name);
      }
    }
    return List.copyOf(names);
  }

  /** The whole name by which JMH knows a benchmark. */
  static String whole(String name) {
    return PACKAGE + name;
  }

  /** As a command line has it. */
  public List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    for (int figure : new int[] {forks, warmUp, iterations, millis}) {
      arguments.add(Integer.toString(figure));
    }
    arguments.add(file);
    arguments.addAll(benchmarks);
    return arguments;
  }

  /** The same back. */
  static Plan of(List<String> arguments) {
    return new Plan(
        arguments.subList(OTHERS, arguments.size()),
        Integer.parseInt(arguments.get(0)),
        Integer.parseInt(arguments.get(1)),
        Integer.parseInt(arguments.get(2)),
        Integer.parseInt(arguments.get(3)),
        arguments.get(4));
  }
}
