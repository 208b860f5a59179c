package dev.paddock.worker.observe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TickerTest {

  @Test
  void whoeverComesAfterAWhileIsNotShownWhatTheLastOneSaw() throws Exception {
    AtomicInteger looks = new AtomicInteger();
    try (Ticker ticker = new Ticker(() -> "look " + looks.incrementAndGet(), 1)) {
      assertTrue(ticker.enter());
      Ticker.Sight last = Objects.requireNonNull(ticker.next(0));
      assertEquals("look 1", last.text());
      ticker.leave();

      assertTrue(ticker.enter());
      Ticker.Sight first = Objects.requireNonNull(ticker.next(0));
      assertTrue(first.number() > last.number(), first.text());
    }
  }
}
