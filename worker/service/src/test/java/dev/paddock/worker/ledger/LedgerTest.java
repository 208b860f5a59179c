package dev.paddock.worker.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.Position;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class LedgerTest {

  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private final Ledger ledger = new Ledger();

  private static Position at(long offset) {
    return new Position("t", 0, offset);
  }

  @Test
  void onlyTheContiguousDonePrefixIsCommittable() {
    List.of(10L, 11L, 12L).forEach(offset -> ledger.receive(at(offset), 1));
    ledger.settle(at(11));
    assertEquals(Map.of(PARTITION, 10L), ledger.committable());
    ledger.settle(at(10));
    assertEquals(Map.of(PARTITION, 12L), ledger.committable());
    ledger.settle(at(12));
    assertEquals(Map.of(PARTITION, 13L), ledger.committable());
  }

  @Test
  void offsetsWithGapsAreNoTrouble() {
    ledger.receive(at(3), 1);
    ledger.receive(at(9), 1);
    ledger.settle(at(3));
    assertEquals(Map.of(PARTITION, 9L), ledger.committable());
    ledger.settle(at(9));
    ledger.readTo(PARTITION, 15);
    assertEquals(Map.of(PARTITION, 15L), ledger.committable());
  }

  @Test
  void whatIsCommittedIsNotOfferedAgain() {
    ledger.receive(at(0), 1);
    ledger.settle(at(0));
    ledger.commit(ledger.committable());
    assertTrue(ledger.committable().isEmpty());
  }

  @Test
  void aSettlementAfterTheEndOfTheAssignmentIsIgnored() {
    ledger.receive(at(0), 7);
    ledger.forget(List.of(PARTITION));
    ledger.settle(at(0));
    assertEquals(0, ledger.inFlight());
    assertEquals(0, ledger.inFlightBytes());
    assertTrue(ledger.committable().isEmpty());
  }

  @Test
  void aRecordInFlightIsNotTakenTwice() {
    assertTrue(ledger.receive(at(0), 1));
    assertFalse(ledger.receive(at(0), 1));
    assertEquals(1, ledger.inFlight());
  }

  @Test
  void whatIsSettledIsHeldTogetherWithItsOutcomeUntilItIsCommitted() {
    ledger.receive(at(0), 7);
    ledger.receive(at(1), 9);
    ledger.settle(at(0), ledger.pageNumber(PARTITION), 100);
    assertEquals(1, ledger.inFlight());
    assertEquals(9, ledger.inFlightBytes());
    assertEquals(2, ledger.held());
    assertEquals(116, ledger.heldBytes());
    assertEquals(1, ledger.committableRecords());
    assertFalse(ledger.receive(at(0), 7), "its outcome is there already");
    ledger.commit(ledger.committable());
    assertEquals(1, ledger.held());
    assertEquals(9, ledger.heldBytes());
    assertEquals(0, ledger.committableRecords());
  }

  @Test
  void anOutcomeOfAnEarlierStayOfThePartitionSettlesNothing() {
    ledger.receive(at(0), 7);
    long before = ledger.pageNumber(PARTITION);
    ledger.forget(List.of(PARTITION));
    ledger.receive(at(0), 7);
    ledger.settle(at(0), before, 100);
    assertEquals(1, ledger.inFlight());
    assertEquals(7, ledger.heldBytes());
    ledger.settle(at(0), ledger.pageNumber(PARTITION), 100);
    assertEquals(0, ledger.inFlight());
  }

  /** Some of what is committable, within bounds. */
  private Map<TopicPartition, Long> part(Random random, LedgerModel model) {
    Map<TopicPartition, Long> all = model.committable();
    int records = 3 + random.nextInt(10);
    Map<TopicPartition, Long> part = ledger.committable(all.keySet(), records, Long.MAX_VALUE);
    assertEquals(all.keySet(), part.keySet());
    assertEquals(Math.min(records, model.recordsBelow(all)), model.recordsBelow(part));
    part.forEach((partition, offset) -> assertTrue(offset <= all.getOrDefault(partition, -1L)));
    return part;
  }

  @Test
  void aPartOfWhatIsCommittableIsTakenEvenlyFromAllPartitionsAndEndsAtARecord() {
    for (long offset = 0; offset < 100; offset++) {
      ledger.receive(at(offset * 10), 1);
      ledger.settle(at(offset * 10));
    }
    for (long offset = 0; offset < 3; offset++) {
      ledger.receive(new Position("t", 1, offset), 1);
      ledger.settle(new Position("t", 1, offset));
    }
    TopicPartition small = new TopicPartition("t", 1);
    List<TopicPartition> both = List.of(PARTITION, small);
    assertEquals(Map.of(PARTITION, 170L, small, 3L), ledger.committable(both, 20, 1000));
    assertEquals(Map.of(PARTITION, 20L, small, 2L), ledger.committable(both, 4, 1000));
    assertEquals(Map.of(PARTITION, 991L, small, 3L), ledger.committable(both, 103, 1000));
    assertEquals(Map.of(small, 3L), ledger.committable(List.of(small), 20, 1000));
  }

  @Test
  void aPartHasNoMoreBytesUnlessItIsOneRecord() {
    List.of(0L, 1L, 2L)
        .forEach(
            offset -> {
              ledger.receive(at(offset), 10);
              ledger.settle(at(offset), ledger.pageNumber(PARTITION), 90);
            });
    List<TopicPartition> one = List.of(PARTITION);
    assertEquals(Map.of(PARTITION, 1L), ledger.committable(one, 100, 50));
    assertEquals(Map.of(PARTITION, 1L), ledger.committable(one, 100, 199));
    assertEquals(Map.of(PARTITION, 2L), ledger.committable(one, 100, 200));
    assertEquals(Map.of(PARTITION, 3L), ledger.committable(one, 100, 300));
  }

  /** Every order of receiving, settling, committing and forgetting agrees with a plain model. */
  @RepeatedTest(300)
  void agreesWithTheModel(RepetitionInfo repetition) {
    Random random = new Random(repetition.getCurrentRepetition());
    LedgerModel model = new LedgerModel();
    Map<TopicPartition, Long> underWay = new HashMap<>();
    for (int step = 0; step < 200; step++) {
      TopicPartition partition = new TopicPartition("t", random.nextInt(3));
      switch (random.nextInt(10)) {
        case 0, 1, 2, 3 -> {
          long offset = model.end(partition) + random.nextInt(3);
          int bytes = random.nextInt(100);
          ledger.receive(new Position("t", partition.partition(), offset), bytes);
          model.receive(partition, offset, bytes);
        }
        case 4, 5, 6, 7 -> {
          // Any offset up to the end: in flight, settled before, or forgotten.
          long offset = random.nextLong(model.end(partition) + 1);
          Position position = new Position("t", partition.partition(), offset);
          int outcomeBytes = random.nextInt(100);
          switch (random.nextInt(3)) {
            case 0 -> {
              ledger.settle(position);
              model.settle(partition, offset, 0);
            }
            case 1 -> {
              ledger.settle(position, ledger.pageNumber(partition), outcomeBytes);
              model.settle(partition, offset, outcomeBytes);
            }
            default -> ledger.settle(position, ledger.pageNumber(partition) - 1, outcomeBytes);
          }
        }
        case 8 -> {
          // The transaction that is under way ends, committed or not, and the next one begins.
          if (random.nextBoolean()) {
            ledger.commit(underWay);
            model.commit(underWay);
          }
          underWay = random.nextBoolean() ? ledger.committable() : part(random, model);
        }
        default -> {
          if (random.nextInt(5) == 0) {
            ledger.forget(List.of(partition));
            model.forget(partition);
            underWay.remove(partition);
          }
        }
      }
      assertEquals(model.committable(), ledger.committable());
      assertEquals(model.inFlight(), ledger.inFlight());
      assertEquals(model.inFlightBytes(), ledger.inFlightBytes());
      assertEquals(model.committableRecords(), ledger.committableRecords());
      assertEquals(model.heldRecords(), ledger.held());
      assertEquals(model.heldBytes(), ledger.heldBytes());
    }
  }
}
