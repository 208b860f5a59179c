package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows since when something waits and nothing moves, for each stage of a request's way. The poll
 * thread looks; anybody may ask for troubles, which are found by the clock, so that a poll thread
 * that hangs is one of them.
 */
final class Watchdog {

  private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

  private static final Duration INTERVAL = Duration.ofMillis(250);

  /** Where consumers and share consumers count. */
  private static final Set<String> CLIENTS = Set.of("consumer-metrics", "consumer-share-metrics");

  /** An execution whose sandbox dies is made once more. */
  private static final int RUNS_OF_AN_EXECUTION = 2;

  /**
   * What the poll thread sees. Counters only have to change where something moves.
   *
   * @param unread requests that are known to be in Kafka; 0 where none is to be read
   * @param reads counter
   * @param running requests that were handed on and have no outcome
   * @param settlements counter
   * @param uncommitted outcomes that could be committed
   * @param commits counter
   * @param bytes counter of what came from Kafka, or -1 where it is not known
   * @param commitTrouble why nothing is committed, where that is known
   */
  record Look(
      long unread,
      long reads,
      long running,
      long settlements,
      long uncommitted,
      long commits,
      long bytes,
      @Nullable String commitTrouble) {}

  private final Clock clock;
  private final Stage turns;
  private final Stage kafka;
  private final Stage read;
  private final Stage run;
  private final Stage commit;
  private volatile @Nullable String commitTrouble;
  private final Notice notice = new Notice(LOG);
  private Instant next = Instant.MIN;
  private long count;

  Watchdog(Configuration configuration, Clock clock) {
    this.clock = clock;
    Duration bound = configuration.management().stalledAfter();
    Duration interval =
        configuration.delivery().transactional()
            ? configuration.delivery().transactionInterval()
            : configuration.intake().commitInterval();
    turns =
        new Stage(
            "The thread that reads from Kafka has been stuck for %2$d s",
            bound.plus(configuration.intake().drain()), clock);
    kafka = new Stage("Kafka has not answered for %2$d s", bound, clock);
    read = new Stage("%d requests wait in Kafka, and none could be read for %d s", bound, clock);
    run =
        new Stage(
            "%d requests were read, and none has been answered for %d s",
            bound.plus(longestRun(configuration)), clock);
    commit =
        new Stage(
            "%d answered requests wait to be committed, and none has been for %d s",
            bound.plus(interval), clock);
  }

  /** What the longest script may take, until it has an outcome. */
  static Duration longestRun(Configuration configuration) {
    return Duration.ofMillis(configuration.limits().ceilings().wallMillis())
        .multipliedBy(RUNS_OF_AN_EXECUTION);
  }

  /** The poll thread begins another turn. */
  void turn() {
    turns.look(1, ++count);
  }

  /** Whether it is time to look. */
  boolean isDue() {
    return !clock.instant().isBefore(next);
  }

  /** Notes what there is now. */
  void look(Look look) {
    next = clock.instant().plus(INTERVAL);
    kafka.look(look.bytes() < 0 ? 0 : 1, look.bytes());
    read.look(look.unread(), look.reads());
    run.look(look.running(), look.settlements());
    commit.look(look.uncommitted(), look.commits());
    commitTrouble = look.commitTrouble();
    notice.tell(troubles());
  }

  /** What waits for too long, in words. */
  List<String> troubles() {
    String uncommitted = commit.trouble();
    String reason = commitTrouble;
    return Stream.of(
            turns.trouble(),
            kafka.trouble(),
            read.trouble(),
            run.trouble(),
            uncommitted == null || reason == null ? uncommitted : uncommitted + ": " + reason)
        .flatMap(Stream::ofNullable)
        .toList();
  }

  /**
   * Bytes that came from Kafka, heartbeats' answers included; -1 where the client does not tell.
   */
  static long bytesFrom(Map<MetricName, ? extends Metric> consumerMetrics) {
    for (Metric metric : consumerMetrics.values()) {
      if (metric.metricName().name().equals("incoming-byte-total")
          && CLIENTS.contains(metric.metricName().group())
          && metric.metricValue() instanceof Number number) {
        return number.longValue();
      }
    }
    return -1;
  }
}
