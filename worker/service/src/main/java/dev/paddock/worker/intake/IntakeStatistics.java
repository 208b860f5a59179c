package dev.paddock.worker.intake;

import java.util.Comparator;
import java.util.List;

/**
 * What is read, as of a moment.
 *
 * @param inFlight requests that were read and have no outcome yet
 * @param inFlightBytes their size, in bytes
 * @param held requests whose offset is not committed
 * @param heldBytes the size of those and of their outcomes, in bytes
 * @param shared whether a share group reads, where nobody is assigned a partition
 * @param partitions that are assigned, in the order of topics and numbers; of a share group those
 *     that it has begun with
 */
public record IntakeStatistics(
    int inFlight,
    long inFlightBytes,
    int held,
    long heldBytes,
    boolean shared,
    List<Partition> partitions) {

  /** Before anything was read. */
  static final IntakeStatistics NOTHING = new IntakeStatistics(0, 0, 0, 0, false, List.of());

  /** In a share group, where only that is known. */
  static IntakeStatistics shared(int inFlight, List<Partition> partitions) {
    return new IntakeStatistics(inFlight, 0, inFlight, 0, true, partitions);
  }

  /**
   * A partition that is read.
   *
   * @param lag records that are known to be in Kafka and were not read yet, or in a share group
   *     that none of its workers has answered yet; -1 where that is not known
   * @param paused whether it is not read for now, since there is too much in flight
   */
  public record Partition(String topic, int partition, long lag, boolean paused) {}

  /** Copies the list, and sorts it. */
  public IntakeStatistics {
    partitions =
        partitions.stream()
            .sorted(Comparator.comparing(Partition::topic).thenComparingInt(Partition::partition))
            .toList();
  }
}
