package dev.paddock.worker.intake;

import dev.paddock.schemas.InlineScript;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.ScriptUsed;
import java.time.Clock;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Says what becomes of a record that a share group has delivered. Kafka drops a record silently
 * after its last delivery, so that is kept in reserve: the delivery before it is answered at once,
 * without running what no worker has survived. For any thread.
 *
 * @param claims who is to be told of the outcome of what is under way
 * @param deliveryLimit how often the group delivers a record, 2 or more
 */
record ShareTriage(
    ConcurrentMap<Position, ShareReader> claims,
    Consumer<Execution> executions,
    Consumer<Outcome> outcomes,
    int deliveryLimit,
    Clock clock) {

  /** Hands on what was decided, unless it is under way in this worker already. */
  void handOn(Read read, ShareReader reader) {
    switch (read) {
      case Read.Request(Execution execution) -> {
        if (claims.put(execution.position(), reader) != null) {
          return;
        }
        if (execution.delivery() > mostRuns()) {
          outcomes.accept(exhausted(execution));
        } else {
          executions.accept(execution);
        }
      }
      case Read.Bad(Outcome outcome) -> {
        if (claims.put(outcome.position(), reader) == null) {
          outcomes.accept(outcome);
        }
      }
      case Read.Unknown _ -> throw new IllegalStateException("undecided records are not handed on");
    }
  }

  /** Whether it would be lost if it were given back. */
  boolean isLastDelivery(ConsumerRecord<byte[], byte[]> record) {
    return RecordReader.deliveryOf(record) >= deliveryLimit;
  }

  /** Keeps a trace of a record that nobody could decide about before its last delivery ended. */
  void leaveTrace(ConsumerRecord<byte[], byte[]> record, ShareReader reader) {
    Position position = RecordReader.positionOf(record);
    String message =
        "The record was delivered %d times, as often as the group allows, and the schema registry could not be used to decode it"
            .formatted(RecordReader.deliveryOf(record));
    if (claims.put(position, reader) == null) {
      outcomes.accept(
          new Outcome.Malformed(
              position,
              "",
              record.value(),
              message,
              clock.instant(),
              RecordReader.traceOf(record)));
    }
  }

  private int mostRuns() {
    return Math.max(1, deliveryLimit - 2);
  }

  private Outcome exhausted(Execution execution) {
    ScriptUsed used =
        execution.request().getScript() instanceof InlineScript script
            ? ScriptUsed.of(script)
            : ScriptUsed.NONE;
    int earlier = execution.delivery() - 1;
    String message =
        "The request was given to a worker %d times and had no answer, so it is not run again; the group's share.delivery.count.limit is %d"
            .formatted(earlier, deliveryLimit);
    // Nothing was tried this time.
    return new Outcome.Crashed(execution, used, message, 0, 0, 0, clock.instant());
  }
}
