package dev.paddock.worker.app;

import dev.paddock.local.LocalBroker;
import dev.paddock.local.LocalRegistry;
import dev.paddock.local.LocalServices;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** Gives tests a broker and a registry, started once for all of them. */
public final class SharedServices implements ParameterResolver {

  /** Where the build has laid out what sandboxes, broker and registry run. */
  public static final Path HOME = Path.of(System.getProperty("paddock.home"));

  /** So that a rebalance takes no five seconds for each of its steps. */
  private static final Map<String, String> QUICK_GROUPS =
      Map.of(
          "group.consumer.min.heartbeat.interval.ms", "100",
          "group.consumer.heartbeat.interval.ms", "200");

  private record Running(LocalServices services, Path data) implements AutoCloseable {

    static Running start() {
      try {
        Path data = Files.createTempDirectory("paddock-test");
        LocalBroker broker = LocalBroker.start(HOME, data, 0, QUICK_GROUPS);
        return new Running(new LocalServices(broker, LocalRegistry.start(HOME, data, 0)), data);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      services.close();
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalServices.class;
  }

  @Override
  public LocalServices resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getRoot()
        .getStore(ExtensionContext.Namespace.GLOBAL)
        .computeIfAbsent(Running.class, _ -> Running.start(), Running.class)
        .services();
  }
}
