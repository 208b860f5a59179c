package dev.paddock.worker.dispatch;

import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import dev.paddock.worker.config.DispatchConfig;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Lets one execution of a lane go on at a time, in the order they came; a lane is a key or a
 * partition. There is a lane exactly as long as an execution has entered and not left it. For one
 * thread at a time.
 */
final class Lanes {

  private record Lane(String topic, int partition, @Nullable ByteBuffer key) {}

  private final DispatchConfig config;

  /** Those behind the one that goes on. */
  private final Map<Lane, Queue<Execution>> waiting = new HashMap<>();

  Lanes(DispatchConfig config) {
    this.config = config;
  }

  /**
   * Enters an execution.
   *
   * @return whether it may go on at once
   */
  boolean enter(Execution execution) {
    Lane lane = lane(execution);
    if (lane == null) {
      return true;
    }
    Queue<Execution> behind = waiting.get(lane);
    if (behind == null) {
      waiting.put(lane, new ArrayDeque<>(0));
      return true;
    }
    behind.add(execution);
    return false;
  }

  /**
   * The execution that went on is over.
   *
   * @return the one that may go on now, or null
   */
  @Nullable Execution leave(Execution execution) {
    Lane lane = lane(execution);
    Queue<Execution> behind = lane == null ? null : waiting.get(lane);
    if (behind == null) {
      return null;
    }
    Execution next = behind.poll();
    if (next == null) {
      waiting.remove(lane);
    }
    return next;
  }

  /** Drops those of these positions that wait behind another. */
  void forget(Predicate<Position> lost) {
    waiting
        .values()
        .forEach(behind -> behind.removeIf(execution -> lost.test(execution.position())));
  }

  /** Shows every execution that waits behind another. */
  void forEachBehind(Consumer<Execution> viewer) {
    waiting.values().forEach(behind -> behind.forEach(viewer));
  }

  /** How many there are. */
  int count() {
    return waiting.size();
  }

  /** The lane, or null where an execution waits for nothing. */
  private @Nullable Lane lane(Execution execution) {
    String topic = execution.position().topic();
    int partition = execution.position().partition();
    byte[] key = execution.key();
    return switch (config.orderingOf(topic)) {
      case NONE -> null;
      case KEY -> key == null ? null : new Lane(topic, partition, ByteBuffer.wrap(key));
      case PARTITION -> new Lane(topic, partition, null);
    };
  }
}
