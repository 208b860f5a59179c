package dev.paddock.schemas.registry;

import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;

/** Keys and certificates of connections. */
public final class Tls {

  private Tls() {}

  /**
   * Reads stores as Kafka does: PKCS12, JKS and PEM.
   *
   * @param properties under Kafka's names, such as {@code ssl.keystore.location}
   * @throws KafkaException where they cannot be used
   */
  public static SSLContext context(Map<String, Object> properties) {
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(
          new AbstractConfig(new ConfigDef().withClientSslSupport(), properties, false).values());
      return factory.sslContext();
    }
  }
}
