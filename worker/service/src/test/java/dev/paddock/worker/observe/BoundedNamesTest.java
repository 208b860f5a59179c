package dev.paddock.worker.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class BoundedNamesTest {

  @Test
  void theFirstKeepTheirNamesAndAllOthersShareOne() {
    BoundedNames names = new BoundedNames(2);
    assertEquals("a", names.of("a"));
    assertEquals("b", names.of("b"));
    assertEquals("(others)", names.of("c"));
    assertEquals("a", names.of("a"));
    assertEquals("(others)", new BoundedNames(0).of("a"));
    assertEquals("", new BoundedNames(0).of(""));
  }

  @Test
  void aLongNameIsCutAndMarked() {
    String cut = new BoundedNames(1).of("x".repeat(5000));
    assertEquals("x".repeat(99) + "\u2026", cut);
  }

  @Test
  void noCharacterIsCutInTwo() {
    assertEquals("ab\u2026", BoundedNames.cut("ab\uD83D\uDE00cd", 4));
  }
}
