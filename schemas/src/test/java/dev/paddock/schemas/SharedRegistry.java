package dev.paddock.schemas;

import dev.paddock.local.LocalRegistry;
import dev.paddock.local.testing.Containers;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A real registry for all tests of this JVM, a container where those are wanted; it ends with the
 * JVM. Subjects keep tests apart.
 */
public final class SharedRegistry {

  private static final @Nullable LocalRegistry LOCAL =
      Containers.wanted() ? null : start("shared", 0);
  private static final String URL =
      LOCAL == null ? Containers.services(Map.of()).registryUrl() : LOCAL.url();

  private SharedRegistry() {}

  public static String url() {
    return URL;
  }

  /** Another registry, for a test that stops it. */
  public static LocalRegistry start(String name, int port) {
    Path home = Path.of(System.getProperty("paddock.home"));
    String folder = name + "-" + ProcessHandle.current().pid();
    return LocalRegistry.start(home, Path.of("target", "registries", folder), port);
  }

  /** A topic that no other test uses. */
  public static String topic() {
    return "topic-" + UUID.randomUUID();
  }

  public static RegistryClient client(String url) {
    return client(Map.of("schema.registry.url", url));
  }

  public static RegistryClient client(Map<String, ?> properties) {
    return new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC());
  }

  /** Properties for serializers, with others beside the address. */
  public static Map<String, Object> properties(Map<String, ?> others) {
    Map<String, Object> properties = new HashMap<>(others);
    properties.putIfAbsent("schema.registry.url", url());
    return properties;
  }
}
