package dev.paddock.worker.app;

import dev.paddock.local.LocalServices;

/** The same of a worker that writes results and offsets in transactions. */
class TransactionalWorkerTest extends RunningWorkerTest {

  TransactionalWorkerTest(LocalServices services) throws InterruptedException {
    super(services, "exactly-once");
  }
}
