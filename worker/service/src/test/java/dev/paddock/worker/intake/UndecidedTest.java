package dev.paddock.worker.intake;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.MovableClock;
import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that wait for a registry which is away, and then does not answer for long. */
class UndecidedTest {

  private final AtomicInteger reads = new AtomicInteger();
  private final CountDownLatch answered = new CountDownLatch(1);
  private final List<Long> decided = new ArrayList<>();
  private volatile boolean away = true;
  private final MovableClock clock = new MovableClock();

  private final Undecided undecided =
      new Undecided(
          new RecordReader() {
            @Override
            public Read read(ConsumerRecord<byte[], byte[]> record) {
              if (reads.incrementAndGet() == 2) {
                awaitAnswer();
              }
              Position position = RecordReader.positionOf(record);
              return away
                  ? new Read.Unknown("it is away")
                  : new Read.Bad(
                      new Outcome.Malformed(
                          position,
                          "",
                          null,
                          "as expected",
                          Instant.EPOCH,
                          SpanContext.getInvalid()));
            }

            @Override
            public void close() {}
          },
          clock);

  private void awaitAnswer() {
    try {
      assertTrue(answered.await(60, TimeUnit.SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static ConsumerRecord<byte[], byte[]> record(int partition, long offset) {
    return new ConsumerRecord<>("requests", partition, offset, new byte[0], new byte[0]);
  }

  private void decide() {
    clock.move(Duration.ofSeconds(10));
    undecided.decide(
        read -> {
          if (read instanceof Read.Bad(Outcome outcome)) {
            decided.add(outcome.position().offset());
          }
        });
  }

  @AfterEach
  void close() {
    answered.countDown();
    undecided.close();
  }

  @Test
  void thePollThreadDoesNotWaitForASecondTry() {
    undecided.add(record(0, 1));
    undecided.add(record(0, 2));
    decide();
    assertNotNull(undecided.trouble());
    decide(); // would wait here
    await("the second try").atMost(60, TimeUnit.SECONDS).until(() -> reads.get() == 2);
    decide();
    assertEquals(2, reads.get(), "one try at a time");
    assertEquals(List.of(), decided);
    away = false;
    answered.countDown();
    await("its answer")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              decide();
              assertEquals(List.of(1L, 2L), decided);
            });
    assertNull(undecided.trouble());
  }

  @Test
  void whatIsLostDuringATryIsNotHandedOn() {
    undecided.add(record(0, 1));
    undecided.add(record(1, 5));
    decide();
    decide();
    await("the second try").atMost(60, TimeUnit.SECONDS).until(() -> reads.get() == 2);
    undecided.forget(List.of(new TopicPartition("requests", 0)));
    away = false;
    answered.countDown();
    await("the record that is left")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              decide();
              assertEquals(List.of(5L), decided);
            });
  }
}
