package dev.paddock.worker.intake;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.intake.IntakeStatistics.Partition;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks brokers what a share group has still to do, since its members are not told, and whether it
 * gets on. A thread of its own asks, so that nobody waits for the answer; without one nothing is
 * shown and nothing is wrong. Methods may be called from any thread.
 */
final class ShareWatch {

  private static final Logger LOG = LoggerFactory.getLogger(ShareWatch.class);

  /** Each worker of the group asks. */
  private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(5);

  /** Where a standstill is to be found sooner, it is looked more often. */
  private static final int LOOKS_PER_STANDSTILL = 6;

  /** For all answers of one look. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Where partitions begin and end. */
  private record Ends(
      Map<TopicPartition, Long> first,
      Map<TopicPartition, Long> stable,
      Map<TopicPartition, Long> end) {}

  private final String group;
  private final Set<String> topics;
  private final Map<String, Object> properties;
  private final Duration interval;
  private final LongSupplier held;
  private final LongSupplier taken;
  private final ShareProgress progress = new ShareProgress();
  private final Stage stage;
  private final Thread thread =
      Thread.ofPlatform().daemon().name("share-watch").unstarted(this::run);
  private final Notice notice = new Notice(LOG);
  private boolean failing;
  private volatile List<Partition> partitions = List.of();

  /**
   * Prepares to look.
   *
   * @param lock how long the group keeps a record for a member of which nothing is heard
   * @param held how many records this worker holds
   * @param taken counts the records that this worker was given
   */
  ShareWatch(
      Configuration configuration,
      Duration lock,
      LongSupplier held,
      LongSupplier taken,
      Clock clock) {
    this.group = configuration.intake().group();
    this.topics = Set.copyOf(configuration.topicsRead());
    this.properties = properties(configuration);
    this.held = held;
    this.taken = taken;
    Duration bound = configuration.management().stalledAfter();
    Duration often = bound.dividedBy(LOOKS_PER_STANDSTILL);
    this.interval = often.compareTo(LONGEST_INTERVAL) < 0 ? often : LONGEST_INTERVAL;
    // All that waits may be locked for a worker that is gone, and then run by another one.
    this.stage =
        new Stage(
            "%d requests wait in Kafka, and the share group has read and answered none for %d s",
            bound
                .plus(lock)
                .plus(Watchdog.longestRun(configuration))
                .plus(configuration.intake().commitInterval())
                .plus(interval),
            clock);
  }

  private static Map<String, Object> properties(Configuration configuration) {
    int millis = Math.toIntExact(PATIENCE.toMillis());
    Map<String, Object> properties = new HashMap<>();
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis / 2);
    properties.putAll(configuration.kafka().admin());
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, configuration.workerId() + "-watch");
    return properties;
  }

  void start() {
    thread.start();
  }

  /** What nobody in the group is done with yet, of each partition that it has begun with. */
  List<Partition> partitions() {
    return partitions;
  }

  /** That the group stands still though this worker has nothing to do, or null. */
  @Nullable String trouble() {
    return stage.trouble();
  }

  /** Ends it, and waits for that. */
  void stop() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    Admin admin = null;
    try {
      admin = Admin.create(properties);
      while (look(admin)) {
        TimeUnit.NANOSECONDS.sleep(interval.toNanos());
      }
    } catch (InterruptedException e) {
      LOG.debug("Stopped", e);
    } catch (RuntimeException e) {
      LOG.warn("The lag of share group {} is no longer looked at", group, e);
    } finally {
      forget();
      if (admin != null) {
        admin.close(Duration.ZERO);
      }
    }
  }

  /** Looks once; false where looking again would be in vain. */
  private boolean look(Admin admin) throws InterruptedException {
    long until = System.nanoTime() + PATIENCE.toNanos();
    try {
      Map<TopicPartition, @Nullable SharePartitionOffsetInfo> found =
          new HashMap<>(
              await(
                  admin
                      .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
                      .partitionsToOffsetInfo(group),
                  until));
      // The group may have begun with topics that are no longer read.
      found.keySet().removeIf(partition -> !topics.contains(partition.topic()));
      note(found, sights(admin, found, until));
      failing = false;
      return true;
    } catch (ExecutionException | TimeoutException | KafkaException e) {
      forget();
      return isWorthAnotherLook(e);
    }
  }

  private boolean isWorthAnotherLook(Exception e) {
    Throwable cause = e instanceof ExecutionException && e.getCause() != null ? e.getCause() : e;
    if (cause instanceof AuthorizationException || cause instanceof UnsupportedVersionException) {
      LOG.warn(
          "The lag of share group {} is not known, nor whether the group stands still: {}; grant"
              + " this user Describe on the group and on the topics that it reads",
          group,
          cause.toString());
      return false;
    }
    if (!failing) {
      LOG.info("The lag of share group {} is not known for now: {}", group, cause.toString());
    }
    failing = true;
    return true;
  }

  private void note(
      Map<TopicPartition, @Nullable SharePartitionOffsetInfo> found,
      Map<TopicPartition, ShareProgress.Sight> sights) {
    partitions =
        found.entrySet().stream()
            .map(entry -> partition(entry.getKey(), entry.getValue(), sights.get(entry.getKey())))
            .toList();
    long waiting = sights.values().stream().mapToLong(ShareProgress.Sight::waiting).sum();
    long moves = progress.look(sights) + taken.getAsLong();
    stage.look(held.getAsLong() == 0 ? waiting : 0, moves);
    String trouble = stage.trouble();
    notice.tell(trouble == null ? List.of() : List.of(trouble));
  }

  private static Partition partition(
      TopicPartition partition,
      @Nullable SharePartitionOffsetInfo info,
      ShareProgress.@Nullable Sight sight) {
    long lag = sight != null ? sight.waiting() : info == null ? -1 : info.lag().orElse(-1L);
    return new Partition(partition.topic(), partition.partition(), lag, false);
  }

  /** Nothing is known, so that nothing can be wrong. */
  private void forget() {
    partitions = List.of();
    stage.look(0, 0);
  }

  /** Of the partitions whose lag is known; none where nothing waits in any of them. */
  private static Map<TopicPartition, ShareProgress.Sight> sights(
      Admin admin, Map<TopicPartition, @Nullable SharePartitionOffsetInfo> found, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, SharePartitionOffsetInfo> known = new HashMap<>();
    found.forEach(
        (partition, info) -> {
          if (info != null && info.lag().isPresent()) {
            known.put(partition, info);
          }
        });
    if (known.values().stream().allMatch(info -> info.lag().orElse(0L) == 0)) {
      return Map.of();
    }
    Ends ends = ends(admin, known.keySet(), until);
    Map<TopicPartition, ShareProgress.Sight> sights = new HashMap<>();
    known.forEach(
        (partition, info) ->
            sights.put(
                partition,
                new ShareProgress.Sight(
                    info.startOffset(),
                    info.lag().orElse(0L),
                    ends.first().getOrDefault(partition, 0L),
                    ends.stable().getOrDefault(partition, 0L),
                    ends.end().getOrDefault(partition, 0L))));
    return sights;
  }

  private static Ends ends(Admin admin, Collection<TopicPartition> partitions, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    ListOffsetsResult first =
        offsets(admin, partitions, OffsetSpec.earliest(), IsolationLevel.READ_UNCOMMITTED);
    ListOffsetsResult stable =
        offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_COMMITTED);
    ListOffsetsResult end =
        offsets(admin, partitions, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED);
    return new Ends(await(first, until), await(stable, until), await(end, until));
  }

  private static ListOffsetsResult offsets(
      Admin admin, Collection<TopicPartition> partitions, OffsetSpec spec, IsolationLevel level) {
    return admin.listOffsets(
        partitions.stream().collect(Collectors.toMap(Function.identity(), _ -> spec)),
        new ListOffsetsOptions(level));
  }

  private static Map<TopicPartition, Long> await(ListOffsetsResult answer, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    Map<TopicPartition, Long> offsets = new HashMap<>();
    await(answer.all(), until)
        .forEach((partition, found) -> offsets.put(partition, found.offset()));
    return offsets;
  }

  private static <T> T await(KafkaFuture<T> answer, long until)
      throws ExecutionException, InterruptedException, TimeoutException {
    return answer.get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
  }
}
