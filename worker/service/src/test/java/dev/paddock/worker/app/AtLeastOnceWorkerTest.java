package dev.paddock.worker.app;

import dev.paddock.local.testing.Services;

/** A worker that commits offsets behind results. */
class AtLeastOnceWorkerTest extends RunningWorkerTest {

  AtLeastOnceWorkerTest(Services services) throws InterruptedException {
    super(services, "at-least-once");
  }
}
