package dev.paddock.local;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * The broker's process: formats its folder where that is new, then serves until its parent ends.
 */
final class BrokerMain {

  private BrokerMain() {}

  /** Takes the file with the broker's properties, and the cluster id for a new folder. */
  public static void main(String[] args) throws Exception {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(Path.of(args[0]))) {
      properties.load(in);
    }
    String folder = properties.getProperty("log.dirs");
    if (!Files.exists(Path.of(folder, "meta.properties"))) {
      new Formatter()
          .setNodeId(Integer.parseInt(properties.getProperty("node.id")))
          .setClusterId(args[1])
          .addDirectory(folder)
          .setMetadataLogDirectory(folder)
          .setControllerListenerName(properties.getProperty("controller.listener.names"))
          .setPrintStream(System.err)
          .run();
    }
    KafkaRaftServer server = new KafkaRaftServer(KafkaConfig.fromProps(properties), Time.SYSTEM);
    TiedToParent.endWith(
        () -> {
          server.shutdown();
          server.awaitShutdown();
        });
    server.startup();
    server.awaitShutdown();
  }
}
