package dev.paddock.worker.config;

/** What a reader of results may count on. */
public enum Guarantee {
  /** Results and offsets in one transaction: one result per request, whatever dies. */
  EXACTLY_ONCE,
  /** Offsets behind results: a request may have two results after a crash. */
  AT_LEAST_ONCE
}
