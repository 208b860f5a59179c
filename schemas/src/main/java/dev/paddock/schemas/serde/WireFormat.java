package dev.paddock.schemas.serde;

/** What stands before the Avro binary in every payload. */
final class WireFormat {

  static final byte MAGIC = 0;

  /** The magic byte and the schema id. */
  static final int HEADER_BYTES = 1 + Integer.BYTES;

  private WireFormat() {}
}
