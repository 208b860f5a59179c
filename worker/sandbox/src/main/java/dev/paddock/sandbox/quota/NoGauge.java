package dev.paddock.sandbox.quota;

/** Sees nothing, where the heap is not the guest's alone. */
record NoGauge() implements HeapGauge {

  @Override
  public void rebase() {}

  @Override
  public void rebaseIfGrown() {}

  @Override
  public void exempt(Runnable work) {
    work.run();
  }

  @Override
  public long used() {
    return 0;
  }

  @Override
  public long suspected(long allocatedBytes) {
    return 0;
  }

  @Override
  public long retained() {
    return 0;
  }

  @Override
  public long capacity() {
    return 0;
  }
}
