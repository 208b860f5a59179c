package dev.paddock.local;

import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Where a broker stands in its cluster. Every broker is a controller too.
 *
 * @param id its number, from 1
 * @param port where clients and other brokers come in
 * @param controllerPort where other controllers come in
 * @param voters all controllers, as {@code controller.quorum.voters} names them
 * @param clusterId the same for all, when their folders are new
 */
record Place(int id, int port, int controllerPort, String voters, String clusterId) {

  /**
   * The places of one new cluster.
   *
   * @param ports for clients, one for each broker
   * @param controllerPorts as many
   */
  static List<Place> all(List<Integer> ports, List<Integer> controllerPorts) {
    String voters =
        IntStream.range(0, ports.size())
            .mapToObj(i -> "%d@127.0.0.1:%d".formatted(i + 1, controllerPorts.get(i)))
            .collect(Collectors.joining(","));
    String clusterId = UUID.randomUUID().toString();
    List<Place> places = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      places.add(new Place(i + 1, ports.get(i), controllerPorts.get(i), voters, clusterId));
    }
    return places;
  }

  void addTo(Properties properties) {
    properties.setProperty("node.id", Integer.toString(id));
    properties.setProperty(
        "listeners", "CLIENTS://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
    properties.setProperty("advertised.listeners", "CLIENTS://127.0.0.1:" + port);
    properties.setProperty("controller.quorum.voters", voters);
  }
}
