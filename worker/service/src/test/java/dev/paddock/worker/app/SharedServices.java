package dev.paddock.worker.app;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalRegistry;
import dev.paddock.local.LocalServices;
import dev.paddock.local.testing.Containers;
import dev.paddock.local.testing.Services;
import dev.paddock.worker.cli.FolderTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a broker and a registry, or a {@link SecuredBroker}, each started once for all of
 * them. Those that ask for {@link Services} may be given containers.
 */
public final class SharedServices implements ParameterResolver {

  /** Where the build has laid out what sandboxes, broker and registry run. */
  public static final Path HOME = Path.of(System.getProperty("paddock.home"));

  /**
   * So that a rebalance takes no five seconds for each of its steps, and nobody waits 45 seconds
   * for a worker that was killed. And share groups may lock records for a second, or an hour, and
   * it is looked every second whether transactions have timed out.
   */
  static final Map<String, String> QUICK_GROUPS =
      Map.of(
          "group.consumer.min.session.timeout.ms", "5000",
          "group.consumer.session.timeout.ms", "10000",
          "group.consumer.min.heartbeat.interval.ms", "100",
          "group.consumer.heartbeat.interval.ms", "200",
          "group.share.min.heartbeat.interval.ms", "100",
          "group.share.heartbeat.interval.ms", "200",
          "group.share.min.record.lock.duration.ms", "1000",
          "group.share.max.record.lock.duration.ms", "3600000",
          "transaction.abort.timed.out.transaction.cleanup.interval.ms", "1000");

  /** Something that runs, and the folder that goes with it. */
  private record Running(Object services, Runnable stop, Path data) implements AutoCloseable {

    @Override
    public void close() throws IOException {
      stop.run();
      new FolderTree(data).delete();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == LocalServices.class || type == Services.class || type == SecuredBroker.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    if (type == Services.class) {
      return Containers.wanted()
          ? Containers.services(QUICK_GROUPS)
          : Services.of((LocalServices) shared(LocalServices.class, context));
    }
    return shared(type, context);
  }

  private static Object shared(Class<?> type, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(type, _ -> start(type), Running.class)
        .services();
  }

  private static Running start(Class<?> type) {
    try {
      Path data = Files.createTempDirectory("paddock-test");
      if (type == SecuredBroker.class) {
        SecuredBroker secured = SecuredBroker.start(data);
        return new Running(secured, secured::close, data);
      }
      LocalBroker broker = LocalBroker.start(HOME, data, 0, QUICK_GROUPS);
      LocalServices both = new LocalServices(broker, LocalRegistry.start(HOME, data, 0));
      return new Running(both, both::close, data);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
