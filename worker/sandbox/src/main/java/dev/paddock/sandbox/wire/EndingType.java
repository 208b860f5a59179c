package dev.paddock.sandbox.wire;

/** How an {@link Ending} is told apart on the wire, by ordinal. */
enum EndingType {
  SUCCEEDED,
  FAILED,
  STOPPED
}
