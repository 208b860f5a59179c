package dev.paddock.worker.config;

/** What a sandbox's JVM spends on making scripts fast. */
public enum Compilation {
  /** What runs often is compiled to be as fast as can be. */
  FULL,

  /** All is compiled quickly: cheaper until a few thousand executions, dearer from then on. */
  QUICK
}
