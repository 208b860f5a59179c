package dev.paddock.worker.config;

/** What keeps a script from the worker. */
public enum Isolation {
  /** A process of its own, confined. */
  PROCESS,
  /** Nothing but a context of its own, on a thread of the worker: for trusted scripts. */
  CONTEXT
}
