package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.Position;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.ledger.Ledger;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** When reading pauses, and when it goes on. */
class BackpressureTest {

  private static final TopicPartition PARTITION = new TopicPartition("requests", 0);
  private static final int REQUEST_BYTES = 100;

  private final Ledger ledger = new Ledger();

  private Backpressure backpressure(String... settings) {
    Map<String, String> all = new HashMap<>();
    for (String setting : settings) {
      all.put(setting.split("=", 2)[0], setting.split("=", 2)[1]);
    }
    return new Backpressure(Configuration.of(all), ledger);
  }

  private static Position at(long offset) {
    return new Position(PARTITION.topic(), PARTITION.partition(), offset);
  }

  private void receive(long from, long to) {
    for (long offset = from; offset < to; offset++) {
      ledger.receive(at(offset), REQUEST_BYTES);
    }
  }

  private void settle(long from, long to, int outcomeBytes) {
    for (long offset = from; offset < to; offset++) {
      ledger.settle(at(offset), ledger.pageNumber(PARTITION), outcomeBytes);
    }
  }

  @Test
  void outcomesBehindOneSlowRequestOfTheirPartitionDoNotStopTheReading() {
    Backpressure backpressure = backpressure("intake.max.in.flight=10");
    receive(0, 1);
    for (long offset = 1; offset < 1000; offset++) {
      receive(offset, offset + 1);
      assertFalse(backpressure.isFull());
      settle(offset, offset + 1, 10);
    }
  }

  @Test
  void readingStopsAtSoManyWithoutAnOutcomeAndGoesOnAtHalf() {
    Backpressure backpressure = backpressure("intake.max.in.flight=10");
    receive(0, 9);
    assertFalse(backpressure.isFull());
    receive(9, 10);
    assertTrue(backpressure.isFull());
    settle(5, 10, 10);
    assertTrue(backpressure.isFull());
    settle(4, 5, 10);
    assertFalse(backpressure.isFull());
  }

  @Test
  void readingStopsWhereOutcomesThatWaitTakeTooMuchMemory() {
    Backpressure backpressure = backpressure("intake.max.in.flight.bytes=64KiB");
    receive(0, 66);
    settle(1, 65, 900);
    assertFalse(backpressure.isFull());
    settle(65, 66, 1500);
    assertTrue(backpressure.isFull());
    settle(0, 1, 10);
    ledger.commit(ledger.committable());
    assertFalse(backpressure.isFull());
  }

  @Test
  void whatIsWrittenAlreadyTakesNoMemory() {
    Backpressure backpressure =
        backpressure("intake.max.in.flight.bytes=64KiB", "delivery.guarantee=at-least-once");
    receive(0, 1000);
    assertTrue(backpressure.isFull());
    for (long offset = 1; offset < 1000; offset++) {
      ledger.settle(at(offset));
    }
    assertFalse(backpressure.isFull());
  }
}
