package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A hostile script can waste its own quota and nothing else: every case in {@code attacks/} ends as
 * it says there, shows nothing of the host, and leaves its sandbox, or the replacement, as it was.
 *
 * <p>It takes longest, so it begins first.
 */
@Order(1)
class AttackTest {

  @Test
  void theSuiteIsWhole() throws Exception {
    List<Attack> attacks = AttackFile.readAll();
    assertTrue(attacks.size() >= 150, attacks.size() + " attacks");
    assertEquals(
        attacks.size(),
        attacks.stream().map(Attack::toString).distinct().count(),
        "every name is used once");
  }

  @Nested
  class InAProcessOfItsOwn {

    @SuppressWarnings("NullAway.Init")
    private static AttackLanes lanes;

    @BeforeAll
    static void start() throws Exception {
      lanes = new AttackLanes(Attack.Isolation.PROCESS);
    }

    @AfterAll
    static void stop() {
      lanes.close();
    }

    @TestFactory
    Stream<DynamicTest> everyAttackWastesItsOwnQuotaAndNothingElse() throws Exception {
      return lanes.run(AttackFile.readAll());
    }
  }

  /** What a context cannot stop is not tried, for it would harm the tests' own process. */
  @Nested
  @Tag("long")
  class OnAThreadOfTheWorker {

    @SuppressWarnings("NullAway.Init")
    private static AttackLanes lanes;

    @BeforeAll
    static void start() throws Exception {
      lanes = new AttackLanes(Attack.Isolation.CONTEXT);
    }

    @AfterAll
    static void stop() {
      lanes.close();
    }

    @TestFactory
    Stream<DynamicTest> everyAttackThatAContextCanStopWastesItsOwnQuotaAndNothingElse()
        throws Exception {
      return lanes.run(AttackFile.readAll());
    }
  }
}
