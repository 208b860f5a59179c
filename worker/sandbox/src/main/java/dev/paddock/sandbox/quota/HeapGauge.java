package dev.paddock.sandbox.quota;

/** What the guest retains. Amounts are in bytes, and 0 or more. */
interface HeapGauge {

  /** Charges the sandbox with whatever lives now. Called between runs. */
  void rebase();

  /** Rebases where garbage or caches of earlier runs would be charged to the next one. */
  void rebaseIfGrown();

  /**
   * Charges the sandbox with what {@code work} leaves behind, in the middle of a run that waits.
   */
  void exempt(Runnable work);

  /** What has grown old above the baseline, garbage included. */
  long used();

  /**
   * The most that can be retained above the baseline.
   *
   * @param allocatedBytes what the guest has allocated since retention was last looked at
   */
  long suspected(long allocatedBytes);

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
