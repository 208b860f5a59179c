package dev.paddock.schemas.registry;

import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * How a registry is reached, read from Confluent's property names: {@code schema.registry.url} (one
 * or more, separated by commas), {@code basic.auth.credentials.source=USER_INFO} with {@code
 * basic.auth.user.info=user:password}, {@code schema.registry.ssl.*} as for Kafka clients, and
 * {@code schema.registry.timeout.ms}, the bound on one call with all its retries.
 *
 * @param urls base addresses without a slash at the end, tried in turn
 * @param userInfo user:password, or null; never printed
 * @param tls for https, or null for the JDK's own
 * @param timeout the bound on one call
 */
public record RegistrySettings(
    List<URI> urls, @Nullable String userInfo, @Nullable SSLContext tls, Duration timeout) {

  private static final String URL = "schema.registry.url";
  private static final String CREDENTIALS_SOURCE = "basic.auth.credentials.source";
  private static final String USER_INFO = "basic.auth.user.info";
  private static final String SSL_PREFIX = "schema.registry.";
  private static final String TIMEOUT = "schema.registry.timeout.ms";

  /** Short enough for a poll loop to be the caller. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Reads the properties; those it does not know are ignored, since serializers share theirs.
   *
   * @throws ConfigException naming the property, its value and what is allowed
   */
  public static RegistrySettings of(Map<String, ?> properties) {
    return new RegistrySettings(
        urls(properties), userInfo(properties), tls(properties), timeout(properties));
  }

  /** Leaves the credentials out. */
  @Override
  public String toString() {
    return "RegistrySettings[urls=" + urls + ", timeout=" + timeout + "]";
  }

  private static List<URI> urls(Map<String, ?> properties) {
    if (!(properties.get(URL) instanceof String text) || text.isBlank()) {
      throw new ConfigException(
          URL, properties.get(URL), "Set it to the registry's address, such as http://host:8081");
    }
    return Arrays.stream(text.split(",", -1))
        .map(String::strip)
        .map(RegistrySettings::url)
        .toList();
  }

  private static URI url(String text) {
    try {
      URI uri = URI.create(text.replaceAll("/+$", ""));
      boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
      if (http && uri.getHost() != null && uri.getUserInfo() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // refused below
    }
    throw new ConfigException(
        URL,
        text.replaceAll("//[^@/]*@", "//"),
        "It must be an http or https address without user and password, such as http://host:8081");
  }

  private static @Nullable String userInfo(Map<String, ?> properties) {
    Object source = properties.get(CREDENTIALS_SOURCE);
    if (source == null) {
      return null;
    }
    if (!source.equals("USER_INFO")) {
      throw new ConfigException(CREDENTIALS_SOURCE, source, "Only USER_INFO is supported");
    }
    if (!(properties.get(USER_INFO) instanceof String info) || info.indexOf(':') < 1) {
      throw new ConfigException(USER_INFO + " must be user:password");
    }
    return info;
  }

  private static @Nullable SSLContext tls(Map<String, ?> properties) {
    Map<String, Object> ssl = new HashMap<>();
    properties.forEach(
        (name, value) -> {
          if (name.startsWith(SSL_PREFIX + "ssl.")) {
            ssl.put(name.substring(SSL_PREFIX.length()), value);
          }
        });
    return ssl.isEmpty() ? null : Tls.context(ssl);
  }

  private static Duration timeout(Map<String, ?> properties) {
    Object value = properties.get(TIMEOUT);
    if (value == null) {
      return DEFAULT_TIMEOUT;
    }
    try {
      long millis = Long.parseLong(value.toString());
      if (millis > 0) {
        return Duration.ofMillis(millis);
      }
    } catch (NumberFormatException e) {
      // refused below
    }
    throw new ConfigException(TIMEOUT, value, "It must be a number of milliseconds, 1 or more");
  }
}
