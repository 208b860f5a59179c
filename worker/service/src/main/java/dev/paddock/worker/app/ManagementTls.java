package dev.paddock.worker.app;

import dev.paddock.worker.config.RegistryConfig;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.config.Secret;
import java.util.HashMap;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.SslConfigs;
import org.apache.kafka.common.security.ssl.DefaultSslEngineFactory;
import org.jspecify.annotations.Nullable;

/** The certificate of the management port. */
final class ManagementTls {

  private ManagementTls() {}

  /**
   * What to answer with.
   *
   * @return null where no file is named
   * @throws StartException where it cannot be used
   */
  static @Nullable SSLContext context(RegistryConfig.Store keystore) {
    String location = keystore.location();
    if (location == null) {
      return null;
    }
    Map<String, Object> ssl = new HashMap<>();
    ssl.put(SslConfigs.SSL_KEYSTORE_LOCATION_CONFIG, location);
    Secret password = keystore.password();
    if (password != null) {
      ssl.put(SslConfigs.SSL_KEYSTORE_PASSWORD_CONFIG, password.value());
    }
    if (keystore.type() != null) {
      ssl.put(SslConfigs.SSL_KEYSTORE_TYPE_CONFIG, keystore.type());
    }
    // Kafka's own reading of stores: PKCS12, JKS and PEM.
    try (DefaultSslEngineFactory factory = new DefaultSslEngineFactory()) {
      factory.configure(
          new AbstractConfig(new ConfigDef().withClientSslSupport(), ssl, false).values());
      return factory.sslContext();
    } catch (KafkaException e) {
      throw new StartException(
          "management.ssl.keystore.location is %s, which cannot be used: %s"
              .formatted(location, RegistryTrouble.reasons(e)),
          e);
    }
  }
}
