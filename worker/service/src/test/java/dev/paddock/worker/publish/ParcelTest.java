package dev.paddock.worker.publish;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ParcelTest {

  static {
    TrustedContracts.trust();
  }

  private static final Position POSITION = new Position("requests", 0, 7);

  private final List<String> told = new ArrayList<>();

  private final Spans.OpenSpan span =
      new Spans.OpenSpan() {
        @Override
        public SpanContext context() {
          return SpanContext.getInvalid();
        }

        @Override
        public void end(@Nullable Violation violation) {
          told.add("span " + (violation == null ? "" : violation.getKind()));
        }
      };

  /** A pipeline's record, and what says that it was refused. */
  private static Letter.Event event() {
    Violation refusal =
        Violation.newBuilder()
            .setExecutionId("e")
            .setTenant("acme")
            .setKind(ViolationKind.OUTPUT_SCHEMA)
            .setMessage("refused")
            .setScriptSha256("")
            .setSource(new SourcePosition("requests", 0, 7L))
            .setWorker("w")
            .setOccurredAt(Instant.EPOCH)
            .build();
    return new Letter.Event(new ProducerRecord<>("to", new byte[] {1}), refusal);
  }

  private Parcel parcel(Letter... letters) {
    return new Parcel(
        POSITION, new Mail(List.of(letters), span), position -> told.add("settled " + position));
  }

  @Test
  void theSpanEndsWithTheLastLetterAndBeforeThePositionIsSettled() {
    Parcel parcel = parcel(event(), event());
    parcel.acknowledged();
    assertEquals(List.of(), told);
    parcel.acknowledged();
    assertEquals(List.of("span ", "settled " + POSITION), told);
  }

  @Test
  void whatKafkaFoundTooLargeAfterwardsIsAViolationOfTheSpan() {
    Letter event = event();
    Parcel parcel = parcel(event);
    List<Letter> smaller = Shears.cut(event, new RecordTooLargeException(), 2000, 1000);
    parcel.replaced(event, smaller);
    Letter audit = smaller.getFirst();
    parcel.replaced(audit, Shears.cut(audit, new RecordTooLargeException(), 1500, 1000));
    parcel.acknowledged();
    assertEquals(List.of("span OUTPUT_SIZE", "settled " + POSITION), told);
  }
}
