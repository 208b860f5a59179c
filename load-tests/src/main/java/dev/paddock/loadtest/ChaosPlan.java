package dev.paddock.loadtest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What is done to workers, sandboxes and broker, and when: the same for the same seed and size.
 *
 * @param steps in the order of their time
 */
record ChaosPlan(List<Step> steps) {

  private static final int SHORTEST_PAUSE_MILLIS = 200;

  /** Faults come while this share of the results does. */
  private static final double FIRST = 0.03;

  private static final double LAST = 0.9;

  /** What is done. */
  enum Fault {
    /** SIGKILL, and another worker after the pause. */
    KILL_WORKER,
    /** SIGSTOP, and SIGCONT after the pause. */
    STOP_WORKER,
    /** SIGTERM, and another worker after the pause. */
    LEAVE,
    /** One worker more than there should be, which leaves after the pause. */
    JOIN,
    /** SIGKILL. */
    KILL_SANDBOX,
    /** SIGSTOP, and SIGCONT after the pause. */
    STOP_SANDBOX,
    /** SIGKILL, and the same broker after the pause. */
    KILL_BROKER,
    /** SIGSTOP, and SIGCONT after the pause. */
    STOP_BROKER
  }

  /**
   * One fault.
   *
   * @param afterResults it is time once so many results are there
   * @param target which of the processes that there are, modulo their number
   * @param pause how long until it is undone
   */
  record Step(int afterResults, Fault fault, int target, Duration pause) {}

  /** Copies the steps. */
  ChaosPlan {
    steps = List.copyOf(steps);
  }

  /**
   * Makes one, in which every kind of fault comes about as often as every other.
   *
   * @param requests until when faults are made
   */
  static ChaosPlan of(long seed, int requests, int faults, Duration longestPause) {
    Random random = new Random(seed);
    List<Integer> times = new ArrayList<>();
    List<Fault> kinds = new ArrayList<>();
    while (kinds.size() < faults) {
      List<Fault> each = Arrays.asList(Fault.values());
      Collections.shuffle(each, random);
      kinds.addAll(each);
    }
    for (int i = 0; i < faults; i++) {
      times.add((int) (requests * random.nextDouble(FIRST, LAST)));
    }
    Collections.sort(times);
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < faults; i++) {
      steps.add(
          new Step(
              times.get(i),
              kinds.get(i),
              random.nextInt(Integer.MAX_VALUE),
              Duration.ofMillis(pauseMillis(random, longestPause))));
    }
    return new ChaosPlan(steps);
  }

  /** Short ones mostly. */
  private static long pauseMillis(Random random, Duration longest) {
    double part = random.nextDouble();
    return SHORTEST_PAUSE_MILLIS + Math.round((double) longest.toMillis() * part * part * part);
  }
}
