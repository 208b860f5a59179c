package dev.paddock.worker.app;

import dev.paddock.local.testing.Services;
import org.junit.jupiter.api.Tag;

/** A worker that commits offsets behind results. */
@Tag("long")
class AtLeastOnceWorkerTest extends RunningWorkerTest {

  AtLeastOnceWorkerTest(Services services) throws InterruptedException {
    super(services, "at-least-once");
  }
}
