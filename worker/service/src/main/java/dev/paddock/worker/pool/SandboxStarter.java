package dev.paddock.worker.pool;

import java.io.IOException;

/** Starts sandboxes of one kind. For one thread. */
interface SandboxStarter extends AutoCloseable {

  SandboxHost start() throws IOException, InterruptedException;

  /** Guests that run on although their sandbox was ended. From any thread. */
  long abandoned();

  @Override
  void close();
}
