package dev.paddock.worker.app;

import dev.paddock.schemas.registry.Tls;
import dev.paddock.worker.config.RegistryConfig;
import dev.paddock.worker.config.RegistryTrouble;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
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
    try {
      return Tls.context(keystore.properties("ssl.keystore."));
    } catch (KafkaException e) {
      throw new StartException(
          "management.ssl.keystore.location is %s, which cannot be used: %s"
              .formatted(location, RegistryTrouble.reasons(e)),
          e);
    }
  }
}
