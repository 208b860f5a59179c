package dev.paddock.sandbox.quota;

/** What belongs to the guest alone, and can therefore be measured for it. */
public enum Scope {
  /** The whole process: its heap and its collections. */
  PROCESS,
  /** One thread among others. The heap cannot be told apart, so there is no heap quota. */
  THREAD
}
