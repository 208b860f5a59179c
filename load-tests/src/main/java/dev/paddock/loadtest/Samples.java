package dev.paddock.loadtest;

import java.util.Arrays;

/** A few measured values of one thing. */
final class Samples {

  private double[] values = {};

  void add(double value) {
    values = Arrays.copyOf(values, values.length + 1);
    values[values.length - 1] = value;
  }

  void add(long value) {
    add((double) value);
  }

  double median() {
    double[] sorted = sorted();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  /** Each value by the one that was taken in the same round there. */
  Samples over(Samples others) {
    Samples ratios = new Samples();
    for (int i = 0; i < values.length; i++) {
      ratios.add(values[i] / others.values[i]);
    }
    return ratios;
  }

  double min() {
    return sorted()[0];
  }

  double max() {
    return sorted()[values.length - 1];
  }

  private double[] sorted() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }
}
