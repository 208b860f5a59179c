package dev.paddock.schemas.serde;

import java.nio.ByteBuffer;

/** What stands before the Avro binary in a payload: the magic byte and the schema's id. */
public final class PayloadHeader {

  private PayloadHeader() {}

  /** The header of what is written with the schema of this id. */
  public static byte[] of(int schemaId) {
    return ByteBuffer.allocate(WireFormat.HEADER_BYTES)
        .put(WireFormat.MAGIC)
        .putInt(schemaId)
        .array();
  }
}
