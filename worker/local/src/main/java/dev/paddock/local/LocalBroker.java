package dev.paddock.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/** A single-node Kafka broker (KRaft) on the loopback interface, as a child process. */
public final class LocalBroker implements AutoCloseable {

  /** Small enough for a demo beside a worker; everything internal has one partition. */
  private static final Map<String, String> DEFAULTS =
      Map.ofEntries(
          Map.entry("process.roles", "broker,controller"),
          Map.entry("controller.listener.names", "CONTROLLER"),
          Map.entry("inter.broker.listener.name", "CLIENTS"),
          Map.entry("listener.security.protocol.map", "CLIENTS:PLAINTEXT,CONTROLLER:PLAINTEXT"),
          Map.entry("auto.create.topics.enable", "false"),
          Map.entry("group.initial.rebalance.delay.ms", "0"),
          Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
          Map.entry("num.network.threads", "2"),
          Map.entry("num.io.threads", "2"),
          Map.entry("offsets.topic.num.partitions", "1"),
          Map.entry("offsets.topic.replication.factor", "1"),
          Map.entry("share.coordinator.state.topic.min.isr", "1"),
          Map.entry("share.coordinator.state.topic.num.partitions", "1"),
          Map.entry("share.coordinator.state.topic.replication.factor", "1"),
          Map.entry("transaction.state.log.min.isr", "1"),
          Map.entry("transaction.state.log.num.partitions", "1"),
          Map.entry("transaction.state.log.replication.factor", "1"));

  private static final FileAttribute<?> ONLY_FOR_ITS_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private final ChildJvm child;
  private final int port;

  private LocalBroker(ChildJvm child, int port) {
    this.child = child;
    this.port = port;
  }

  /**
   * Starts a broker and waits until it serves.
   *
   * @param home the folder that has the broker's jars in {@code broker/}
   * @param data where topics are kept; a folder of an earlier broker is taken up again
   * @param port where it listens, or 0 for a port of the system's choice
   * @param overrides broker properties beside or instead of the usual ones. Clients come in by the
   *     listener CLIENTS, which {@code listener.security.protocol.map} may secure
   * @throws LocalServiceException where it does not start, with the end of its log
   */
  public static LocalBroker start(Path home, Path data, int port, Map<String, String> overrides) {
    return Ports.start(port, () -> attempt(home, data, port, overrides));
  }

  private static LocalBroker attempt(
      Path home, Path data, int port, Map<String, String> overrides) {
    Place alone =
        Place.all(
                List.of(Ports.choose(port, "Kafka broker")),
                List.of(Ports.choose(0, "Kafka controller")))
            .getFirst();
    LocalBroker broker = launch(home, data, alone, overrides);
    broker.awaitReady();
    return broker;
  }

  /**
   * Starts the process of a broker; {@link #awaitReady} waits for it.
   *
   * @param place where it stands among others, or alone
   */
  static LocalBroker launch(Path home, Path data, Place place, Map<String, String> overrides) {
    Path jars = LocalServiceException.require(home.resolve("broker"), "Kafka broker");
    Properties properties = new Properties();
    properties.putAll(DEFAULTS);
    properties.setProperty("log.dirs", data.resolve("kafka").toAbsolutePath().toString());
    place.addTo(properties);
    properties.putAll(overrides);
    Path file = data.resolve("kafka.properties").toAbsolutePath();
    try {
      Files.createDirectories(data);
      Files.deleteIfExists(file);
      Files.createFile(file, ONLY_FOR_ITS_OWNER); // the overrides may have passwords
      try (OutputStream out = Files.newOutputStream(file)) {
        properties.store(out, "Written at every start");
      }
    } catch (IOException e) {
      throw new LocalServiceException("The broker's folder cannot be written: " + e, e);
    }
    ChildJvm child =
        ChildJvm.start(
            "Kafka broker",
            List.of("-Xmx256m", "-Dorg.slf4j.simpleLogger.showDateTime=true"),
            jars + "/*",
            BrokerMain.class,
            List.of(file.toString(), place.clusterId()),
            data.resolve("kafka.log").toAbsolutePath());
    return new LocalBroker(child, place.port());
  }

  /** Waits until it serves; ends it where it does not. */
  void awaitReady() {
    child.awaitReady(() -> Ports.accepts(port));
  }

  /** What clients connect to, as {@code host:port}. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The process id. */
  public long pid() {
    return child.pid();
  }

  /** Stops it cleanly, within a bounded time. */
  @Override
  public void close() {
    child.close();
  }
}
