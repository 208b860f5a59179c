package dev.paddock.worker.app;

import dev.paddock.local.LocalServices;

/** A worker that commits offsets behind results. */
class AtLeastOnceWorkerTest extends RunningWorkerTest {

  AtLeastOnceWorkerTest(LocalServices services) throws InterruptedException {
    super(services, "at-least-once");
  }
}
