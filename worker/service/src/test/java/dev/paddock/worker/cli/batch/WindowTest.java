package dev.paddock.worker.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WindowTest {

  /** Seeded, so that a failure can be repeated. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 9})
  void itKnowsWhatASetOfAllLinesWouldKnow(int size) {
    Random random = new Random(size);
    for (int i = 0; i < 200; i++) {
      compareWithASet(size, random.ints(random.nextInt(100), 1, 41).toArray());
    }
  }

  private static void compareWithASet(int size, int[] lines) {
    Window window = new Window(size);
    Set<Long> finished = new HashSet<>();
    for (long line : lines) {
      if (window.admits(line)) {
        assertEquals(finished.add(line), window.finish(line));
      }
    }
    long lowest = 1;
    while (finished.contains(lowest)) {
      lowest++;
    }
    assertEquals(lowest, window.lowestUnfinished());
    assertEquals(finished.size(), window.count());
    for (long line = 1; line < 60; line++) {
      assertEquals(finished.contains(line), window.isFinished(line), "line " + line);
    }
  }

  @Test
  void aLineTooFarAheadHasToWait() {
    Window window = new Window(3);
    window.finish(2);
    assertTrue(window.admits(3));
    assertFalse(window.admits(4));
    assertThrows(IllegalArgumentException.class, () -> window.finish(4));
    window.finish(1);
    assertTrue(window.admits(5));
    assertFalse(window.admits(6));
  }

  @Test
  void aLineThatMayNotBeBegunYetMayBeKnownToBeFinished() {
    Window window = new Window(2, 4);
    assertFalse(window.admits(4));
    assertTrue(window.finish(4));
    assertTrue(window.isFinished(4));
    assertFalse(window.holds(5));
    assertTrue(window.finish(1));
    assertTrue(window.finish(2));
    assertTrue(window.finish(3));
    assertEquals(5, window.lowestUnfinished());
  }
}
