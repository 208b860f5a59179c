package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.ScriptReference;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import dev.paddock.worker.cli.replay.TopicReader.Stretch;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.intake.Read;
import dev.paddock.worker.intake.RequestReader;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The requests, read as workers read them. For one thread. */
final class Requests implements AutoCloseable {

  private final TopicReader topic;
  private final RequestReader reader;
  private final List<String> pipelineTopics;

  /** What is shown the chosen ones. */
  interface Visitor {

    /**
     * Looks at a record that is a request or, for good, is none.
     *
     * @return whether it wants more
     */
    boolean visit(Read read) throws IOException, InterruptedException;
  }

  Requests(Configuration settings) {
    topic = new TopicReader(settings, settings.topics().requests());
    reader =
        new RequestReader(
            settings.serialization().newDeserializer(settings.registry().serdeProperties()),
            Clock.systemUTC());
    pipelineTopics = settings.pipelines().stream().map(PipelineConfig::from).toList();
  }

  @Override
  public void close() {
    topic.close();
    reader.close();
  }

  /**
   * Looks for what is selected.
   *
   * @param stop looked at often; what is chosen by then is of no use
   * @throws ReplayRefusedException where there is nothing
   */
  Chosen choose(Selection selection, Replay.Listener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    return switch (selection) {
      case Selection.At(int partition, long offset) -> at(partition, offset);
      case Selection.Named named -> named(named, listener, stop);
      case Selection.Range range -> range(range, listener, stop);
    };
  }

  /** Shows the chosen ones, partition by partition, until the visitor has seen enough. */
  void read(Chosen chosen, Visitor visitor) throws IOException, InterruptedException {
    int[] left = {chosen.count()};
    for (Map.Entry<Integer, Stretch> one : chosen.stretches().entrySet()) {
      boolean more =
          topic.read(
              Map.of(one.getKey(), one.getValue()),
              record -> {
                if (!chosen.holds(record.partition(), record.offset())) {
                  return true;
                }
                return visitor.visit(read(record)) && --left[0] > 0;
              });
      if (!more) {
        return;
      }
    }
  }

  private Chosen at(int partition, long offset) throws IOException, InterruptedException {
    Map<Integer, Stretch> all = topic.between(null, null);
    Position position = new Position(topic.topic(), partition, offset);
    Stretch there = all.get(partition);
    if (there == null) {
      throw new ReplayRefusedException(
          "There is no position %s: the topic has partitions 0 to %d"
              .formatted(position, all.size() - 1));
    }
    if (offset < there.from() || offset >= there.to()) {
      throw new ReplayRefusedException(
          "There is no request at %s: %s"
              .formatted(
                  position,
                  there.length() == 0
                      ? "partition %d is empty".formatted(partition)
                      : "partition %d has offsets %d to %d; earlier ones were deleted"
                          .formatted(partition, there.from(), there.to() - 1)));
    }
    Chosen chosen = new Chosen();
    chosen.open(partition, new Stretch(offset, offset + 1));
    topic.read(
        chosen.stretches(),
        record -> {
          add(chosen, read(record), record);
          return true;
        });
    if (chosen.count() == 0) {
      throw new ReplayRefusedException(
          "There is no request at %s: it is where a transaction ended, or was given up"
              .formatted(position));
    }
    return chosen;
  }

  private Chosen named(Selection.Named named, Replay.Listener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    String id = named.executionId();
    requireOfRequest(id);
    Map<Integer, Stretch> stretches = topic.between(named.since(), named.until());
    listener.begin(Replay.Phase.SEARCH, Stretch.total(stretches));
    Chosen chosen = new Chosen();
    boolean inVain =
        topic.read(
            stretches,
            record -> {
              listener.step();
              Read read = read(record);
              if (read instanceof Read.Request(Execution execution) && execution.id().equals(id)) {
                chosen.open(record.partition(), new Stretch(record.offset(), record.offset() + 1));
                add(chosen, read, record);
              }
              return chosen.count() == 0 && !stop.getAsBoolean();
            });
    if (inVain) {
      throw new ReplayRefusedException(
          "There is no request with the execution id %s in topic %s, whose %,d records%s were"
                  .formatted(
                      id,
                      topic.topic(),
                      Stretch.total(stretches),
                      period(named.since(), named.until()))
              + " searched; it may have been deleted by the topic's retention");
    }
    return chosen;
  }

  private Chosen range(Selection.Range range, Replay.Listener listener, BooleanSupplier stop)
      throws IOException, InterruptedException {
    Map<Integer, Stretch> stretches = topic.between(range.since(), range.until());
    listener.begin(Replay.Phase.SEARCH, Stretch.total(stretches));
    Chosen chosen = new Chosen();
    for (Map.Entry<Integer, Stretch> one : stretches.entrySet()) {
      chosen.open(one.getKey(), one.getValue());
      topic.read(
          Map.of(one.getKey(), one.getValue()),
          record -> {
            listener.step();
            Read read = read(record);
            if (isWanted(read, range)) {
              if (chosen.count() == range.limit()) {
                chosen.cutOff();
                return false;
              }
              add(chosen, read, record);
            }
            return !stop.getAsBoolean();
          });
      if (chosen.isCutOff() || stop.getAsBoolean()) {
        break;
      }
    }
    if (chosen.count() == 0 && !stop.getAsBoolean()) {
      throw new ReplayRefusedException(
          "There is no such request in topic %s: its %,d records%s were searched"
              .formatted(
                  topic.topic(), Stretch.total(stretches), period(range.since(), range.until())));
    }
    return chosen;
  }

  private static boolean isWanted(Read read, Selection.Range range) {
    return switch (read) {
      case Read.Request(Execution execution) ->
          (range.tenant() == null || range.tenant().equals(execution.request().getTenant()))
              && (range.scriptId() == null
                  || (execution.request().getScript() instanceof ScriptReference reference
                      && range.scriptId().equals(reference.getId())));
      // Nobody knows whose it is, or what it would have run.
      case Read.Bad _ -> range.tenant() == null && range.scriptId() == null;
      case Read.Unknown _ -> false;
    };
  }

  private static void add(Chosen chosen, Read read, ConsumerRecord<?, ?> record) {
    if (read instanceof Read.Request(Execution execution)) {
      chosen.add(
          record.partition(),
          record.offset(),
          execution.timestampMillis(),
          execution.request().getScript() instanceof ScriptReference);
    } else {
      chosen.addOther(record.partition(), record.offset());
    }
  }

  private Read read(ConsumerRecord<byte[], byte[]> record) {
    Read read = reader.read(record);
    if (read instanceof Read.Unknown(String reason)) {
      throw new ReplayRefusedException(
          "The requests of %s cannot be decoded: %s".formatted(topic.topic(), reason));
    }
    return read;
  }

  /** What a message says of the time, to be put behind a word; empty where it is all time. */
  private static String period(@Nullable Instant since, @Nullable Instant until) {
    return (since == null ? "" : " from " + since) + (until == null ? "" : " up to " + until);
  }

  /** Which id a pipeline's record has, Paddock itself decides. */
  private void requireOfRequest(String executionId) {
    Position position = Position.parse(executionId);
    if (position != null && pipelineTopics.contains(position.topic())) {
      throw new ReplayRefusedException(
          "%s is the record of a pipeline, of which no result is kept that a replay could be compared with"
              .formatted(executionId));
    }
  }
}
