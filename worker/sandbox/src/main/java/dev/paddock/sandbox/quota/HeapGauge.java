package dev.paddock.sandbox.quota;

/** What the guest retains. Amounts are in bytes, and 0 or more. */
interface HeapGauge {

  /** Charges the sandbox with whatever lives now. Called between runs. */
  void rebase();

  /** Rebases where garbage or caches of earlier runs would be charged to the next one. */
  void rebaseIfGrown();

  /** What is above the baseline, garbage included. */
  long used();

  /** What is above the baseline and survives a collection. */
  long retained();

  /** The most that there can be above the baseline. */
  long capacity();

  static HeapGauge of(Scope scope) {
    return switch (scope) {
      case PROCESS -> new TenuredGauge();
      case THREAD -> new NoGauge();
    };
  }
}
