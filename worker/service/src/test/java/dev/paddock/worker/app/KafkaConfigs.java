package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;

/** Changes and shows what the broker is configured with, for a topic or a group. */
public final class KafkaConfigs {

  private KafkaConfigs() {}

  /** One value of a topic's. */
  static String ofTopic(Configuration configuration, String topic, String key)
      throws ExecutionException, InterruptedException {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return admin.describeConfigs(List.of(resource)).all().get().values().stream()
          .map(config -> config.get(key).value())
          .findFirst()
          .orElseThrow();
    }
  }

  /** Sets one value. */
  public static void set(
      Configuration configuration, ConfigResource.Type type, String name, String key, String value)
      throws ExecutionException, InterruptedException {
    AlterConfigOp set = new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET);
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      admin
          .incrementalAlterConfigs(Map.of(new ConfigResource(type, name), List.of(set)))
          .all()
          .get();
    }
  }
}
