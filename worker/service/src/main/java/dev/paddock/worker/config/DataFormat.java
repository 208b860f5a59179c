package dev.paddock.worker.config;

/** How the values of a pipeline's records are written. */
public enum DataFormat {
  /** A JSON text in UTF-8. */
  JSON,
  /** A text in UTF-8. */
  STRING,
  /** Avro binary behind a magic byte and the id of its schema in the registry. */
  AVRO
}
