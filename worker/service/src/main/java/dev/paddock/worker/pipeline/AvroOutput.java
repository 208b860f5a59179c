package dev.paddock.worker.pipeline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.paddock.schemas.registry.RegisteredSchema;
import dev.paddock.schemas.serde.PayloadHeader;
import dev.paddock.worker.publish.UnfitOutputException;
import java.nio.ByteBuffer;

/** Avro by the latest schema of a subject. Used by one thread. */
final class AvroOutput implements OutputFormat {

  /** JsonToAvro and Avro itself go through a value recursively. */
  static final int DEEPEST = 500;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(DEEPEST)
                          .maxStringLength(Integer.MAX_VALUE)
                          .maxNameLength(Integer.MAX_VALUE)
                          .build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private final SubjectSchema subject;

  AvroOutput(SubjectSchema subject) {
    this.subject = subject;
  }

  @Override
  public byte[] bytes(String json) throws UnfitOutputException {
    JsonNode value;
    try {
      value = JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new UnfitOutputException(
          "The output cannot be written as Avro: " + e.getOriginalMessage());
    }
    RegisteredSchema schema = subject.latest();
    try {
      return payload(schema, value, json.length());
    } catch (MisfitException e) {
      RegisteredSchema newer = subject.newerThan(schema);
      if (newer == null) {
        throw unfit(schema, e);
      }
      try {
        return payload(newer, value, json.length());
      } catch (MisfitException again) {
        throw unfit(newer, again);
      }
    }
  }

  private static byte[] payload(RegisteredSchema schema, JsonNode value, int textLength)
      throws MisfitException {
    byte[] header = PayloadHeader.of(schema.id());
    byte[] binary = JsonToAvro.write(schema.schema(), value, textLength);
    return ByteBuffer.allocate(header.length + binary.length).put(header).put(binary).array();
  }

  private static UnfitOutputException unfit(RegisteredSchema schema, MisfitException misfit) {
    return new UnfitOutputException(
        "The output does not fit version %d of %s: %s %s"
            .formatted(schema.version(), schema.subject(), misfit.path(), misfit.getMessage()));
  }
}
