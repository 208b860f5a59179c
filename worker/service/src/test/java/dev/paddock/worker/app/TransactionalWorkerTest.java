package dev.paddock.worker.app;

import dev.paddock.local.testing.Services;

/** A worker that writes results and offsets in transactions. */
class TransactionalWorkerTest extends RunningWorkerTest {

  TransactionalWorkerTest(Services services) throws InterruptedException {
    super(services, "exactly-once");
  }
}
