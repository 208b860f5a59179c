package dev.paddock.worker.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class WindowTest {

  @Property(tries = 200)
  void itKnowsWhatASetOfAllLinesWouldKnow(
      @ForAll @IntRange(min = 1, max = 9) int size,
      @ForAll List<@IntRange(min = 1, max = 40) Integer> lines) {
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
}
