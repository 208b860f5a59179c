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
          underWay = ledger.committable();
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
