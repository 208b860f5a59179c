package dev.paddock.worker.pipeline;

/** A JSON value does not fit an Avro schema. */
final class MisfitException extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient AvroPath path;

  /**
   * @param path where
   * @param message what is there, and what must be
   */
  MisfitException(AvroPath path, String message) {
    super(message, null, false, false); // thrown for each union that is tried
    this.path = path;
  }

  AvroPath path() {
    return path;
  }
}
