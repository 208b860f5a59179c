package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What wakes the poll thread. */
class SettlementsTest {

  private int wakes;
  private final Settlements settlements = new Settlements(new Ledger(), () -> wakes++);

  private void add(int count) {
    for (int offset = 0; offset < count; offset++) {
      settlements.add(new Position("requests", 0, offset));
    }
  }

  @Test
  void whoExpectsNothingIsNotWoken() {
    add(3);
    assertTrue(settlements.expect(10, null));
    settlements.expectNothing();
    add(20);
    assertEquals(0, wakes);
  }

  @Test
  void theLastThatIsExpectedWakesOnce() {
    assertTrue(settlements.expect(3, null));
    add(2);
    assertEquals(0, wakes);
    add(1);
    assertEquals(1, wakes);
    add(5);
    assertEquals(1, wakes);
  }

  @Test
  void whatWasAddedBeforeCountsUnlessItIsBooked() {
    add(2);
    assertFalse(settlements.expect(2, null));
    settlements.book();
    assertTrue(settlements.expect(2, null));
    add(2);
    assertEquals(1, wakes);
  }

  @Test
  void theEndOfATransactionWakesWhereEnoughWasAdded() {
    CompletableFuture<Boolean> transaction = new CompletableFuture<>();
    assertTrue(settlements.expect(1, transaction));
    add(1);
    assertEquals(0, wakes);
    transaction.complete(true);
    settlements.look();
    assertEquals(1, wakes);
  }

  @Test
  void whatComesAfterTheEndOfATransactionWakesByItself() {
    CompletableFuture<Boolean> transaction = new CompletableFuture<>();
    assertTrue(settlements.expect(1, transaction));
    transaction.complete(true);
    settlements.look();
    assertEquals(0, wakes);
    add(1);
    assertEquals(1, wakes);
  }
}
