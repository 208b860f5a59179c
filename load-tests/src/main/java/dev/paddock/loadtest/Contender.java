package dev.paddock.loadtest;

import dev.paddock.worker.cli.CommandFailure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** One of those that are compared. */
sealed interface Contender {

  /** As options and reports have it. */
  String name();

  /** What isolates its scripts; contenders that differ only in how they use Kafka have the same. */
  String isolation();

  /** In a few words. */
  String about();

  /** Whether it runs scripts, rather than to move records as they are. */
  default boolean runsScripts() {
    return true;
  }

  /**
   * A worker of Paddock's.
   *
   * @param settings beside the defaults
   * @param reuses whether executions of a script share a context
   */
  record Paddock(String name, String about, Map<String, String> settings, boolean reuses)
      implements Contender {

    @Override
    public String isolation() {
      return reuses ? "paddock-reused" : "paddock";
    }
  }

  /** Workers of Node's, as many as there are cores. */
  record Node(String isolation, String client, String about) implements Contender {

    @Override
    public String name() {
      return isolation + "/" + client;
    }

    @Override
    public boolean runsScripts() {
      return !isolation.equals("identity");
    }
  }

  /** The loop that moves records with a worker's own settings. */
  record Mover(String name, String about, Map<String, String> settings) implements Contender {

    @Override
    public String isolation() {
      return name;
    }

    @Override
    public boolean runsScripts() {
      return false;
    }
  }

  /** All, in the order of reports. */
  static List<Contender> all() {
    List<Contender> all = new ArrayList<>();
    Map<String, String> atLeastOnce = Map.of("delivery.guarantee", "at-least-once");
    all.add(new Paddock("paddock", "a fresh context, exactly-once", Map.of(), false));
    all.add(
        new Paddock("paddock-at-least-once", "a fresh context, at-least-once", atLeastOnce, false));
    all.add(new Paddock("paddock-reused", "reuse: script, exactly-once", Map.of(), true));
    Map<String, String> isolations = new LinkedHashMap<>();
    isolations.put("vm-fresh", "Node's vm, a fresh context");
    isolations.put("vm-reused", "Node's vm, one context for all");
    isolations.put("ivm-context", "isolated-vm, a fresh context in one isolate");
    isolations.put("ivm-isolate", "isolated-vm, a fresh isolate");
    isolations.put("worker-threads", "a fresh worker thread");
    isolations.put("identity", "Node moves records as they are");
    isolations.forEach(
        (isolation, about) -> {
          for (String client : List.of("kafkajs", "platformatic")) {
            all.add(new Node(isolation, client, about));
          }
        });
    all.add(new Mover("identity", "Paddock's client moves records, exactly-once", Map.of()));
    all.add(
        new Mover(
            "identity-at-least-once",
            "Paddock's client moves records, at-least-once",
            atLeastOnce));
    return all;
  }

  /**
   * Those of some names, in the order of {@link #all}.
   *
   * @throws CommandFailure where a name is of none
   */
  static List<Contender> of(List<String> names) {
    Map<String, Contender> byName =
        all().stream()
            .collect(
                Collectors.toMap(
                    Contender::name, Function.identity(), (one, _) -> one, LinkedHashMap::new));
    for (String name : names) {
      if (!byName.containsKey(name)) {
        throw CommandFailure.usage(
            "--contenders has \"%s\"; there are %s"
                .formatted(name, String.join(", ", byName.keySet())));
      }
    }
    return names.isEmpty()
        ? List.copyOf(byName.values())
        : byName.values().stream().filter(one -> names.contains(one.name())).toList();
  }
}
