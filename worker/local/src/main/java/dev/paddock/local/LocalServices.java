package dev.paddock.local;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * A broker and a registry, started side by side.
 *
 * @param broker the broker
 * @param registry the registry
 */
public record LocalServices(LocalBroker broker, LocalRegistry registry) implements AutoCloseable {

  /**
   * Starts both and waits until they serve.
   *
   * @param home the folder that has {@code broker/} and {@code registry/}
   * @param data where both keep their data
   * @param brokerPort where the broker listens, or 0 for a port of the system's choice
   * @param registryPort where the registry listens, or 0 for a port of the system's choice
   * @throws LocalServiceException where one does not start; the other is stopped again
   */
  public static LocalServices start(Path home, Path data, int brokerPort, int registryPort) {
    CompletableFuture<LocalBroker> broker =
        CompletableFuture.supplyAsync(
            () -> LocalBroker.start(home, data, brokerPort, Map.of()),
            LocalServices::onThreadOfItsOwn);
    try {
      LocalRegistry registry = LocalRegistry.start(home, data, registryPort);
      try {
        return new LocalServices(broker.join(), registry);
      } catch (CompletionException e) {
        registry.close();
        throw e.getCause() instanceof LocalServiceException cause ? cause : e;
      }
    } catch (LocalServiceException e) {
      broker.thenAccept(LocalBroker::close).exceptionally(_ -> null).join();
      throw e;
    }
  }

  @Override
  public void close() {
    registry.close();
    broker.close();
  }

  private static void onThreadOfItsOwn(Runnable start) {
    Thread.ofPlatform().name("start-broker").start(start);
  }
}
