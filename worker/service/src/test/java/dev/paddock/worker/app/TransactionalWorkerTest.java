package dev.paddock.worker.app;

import dev.paddock.local.LocalServices;

/** A worker that writes results and offsets in transactions. */
class TransactionalWorkerTest extends RunningWorkerTest {

  TransactionalWorkerTest(LocalServices services) throws InterruptedException {
    super(services, "exactly-once");
  }
}
