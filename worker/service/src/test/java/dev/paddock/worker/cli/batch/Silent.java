package dev.paddock.worker.cli.batch;

import java.time.Duration;

/** Tells nobody anything. */
record Silent() implements Submission.Listener {

  @Override
  public void begun(String batch, long finished, long total) {}

  @Override
  public void step(Tally tally) {}

  @Override
  public void silence(Duration since) {}
}
