package dev.paddock.local;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Several brokers that are one cluster, for what a single one cannot show: topics with replicas,
 * and leaders that change. What Kafka keeps for itself has a replica on each.
 */
public final class LocalCluster implements AutoCloseable {

  private final List<LocalBroker> brokers;

  private LocalCluster(List<LocalBroker> brokers) {
    this.brokers = List.copyOf(brokers);
  }

  /**
   * Starts the brokers side by side and waits until all serve.
   *
   * @param home the folder that has the broker's jars in {@code broker/}
   * @param data where each has a folder of its own
   * @param size how many; of three, one may be away
   * @param overrides broker properties beside or instead of the usual ones
   * @throws LocalServiceException where one does not start; the others are stopped again
   */
  public static LocalCluster start(Path home, Path data, int size, Map<String, String> overrides) {
    Map<String, String> properties = new HashMap<>();
    for (String topic : List.of("offsets.topic", "share.coordinator.state.topic")) {
      properties.put(topic + ".replication.factor", Integer.toString(size));
    }
    properties.put("transaction.state.log.replication.factor", Integer.toString(size));
    properties.putAll(overrides);
    return Ports.start(0, () -> attempt(home, data, size, properties));
  }

  private static LocalCluster attempt(
      Path home, Path data, int size, Map<String, String> properties) {
    List<Integer> ports = Ports.chooseSeveral(2 * size, "Kafka brokers");
    List<LocalBroker> brokers = new ArrayList<>();
    try {
      for (Place place : Place.all(ports.subList(0, size), ports.subList(size, 2 * size))) {
        brokers.add(
            LocalBroker.launch(home, data.resolve("broker-" + place.id()), place, properties));
      }
      brokers.forEach(LocalBroker::awaitReady);
      return new LocalCluster(brokers);
    } catch (LocalServiceException e) {
      brokers.forEach(LocalBroker::close);
      throw e;
    }
  }

  /** What clients connect to: all brokers, whichever of them are there. */
  public String bootstrapServers() {
    return brokers.stream().map(LocalBroker::bootstrapServers).collect(Collectors.joining(","));
  }

  /** The process id of the broker with this number, from 1. */
  public long pid(int id) {
    return brokers.get(id - 1).pid();
  }

  /** Stops all, one beside the other. */
  @Override
  public void close() {
    List<Thread> stopping =
        brokers.stream()
            .map(broker -> Thread.ofPlatform().name("stop-broker").start(broker::close))
            .toList();
    try {
      for (Thread thread : stopping) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
