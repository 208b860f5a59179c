package dev.paddock.worker.pool;

import java.io.IOException;

/** Starts sandboxes of one kind. For one thread. */
interface SandboxStarter extends AutoCloseable {

  SandboxHost start() throws IOException, InterruptedException;

  @Override
  void close();
}
