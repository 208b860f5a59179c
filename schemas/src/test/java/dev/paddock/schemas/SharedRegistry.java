package dev.paddock.schemas;

import dev.paddock.local.LocalRegistry;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** A real registry for all tests of this JVM; it ends with the JVM. Subjects keep tests apart. */
public final class SharedRegistry {

  private static final LocalRegistry REGISTRY = start("shared", 0);

  private SharedRegistry() {}

  public static String url() {
    return REGISTRY.url();
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
