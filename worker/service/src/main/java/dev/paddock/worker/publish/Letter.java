package dev.paddock.worker.publish;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.Violation;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** A record to be written. */
sealed interface Letter {

  /** The record's key, or null. */
  byte @Nullable [] key();

  /** The record's value. */
  SpecificRecord value();

  /** How often it was cut down to fit, from 0. */
  int cuts();

  /** To the results topic. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  record Result(byte @Nullable [] key, ExecutionResult value, int cuts) implements Letter {}

  /** To the violations topic. */
  record Audit(Violation value, int cuts) implements Letter {

    @Override
    public byte[] key() {
      return value.getTenant().getBytes(UTF_8);
    }
  }
}
