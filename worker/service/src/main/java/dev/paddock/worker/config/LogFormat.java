package dev.paddock.worker.config;

/** How log lines are written. */
public enum LogFormat {
  /** For people: time, level, thread, who, and what. */
  TEXT,
  /** For programs: a JSON object on each line. */
  JSON
}
