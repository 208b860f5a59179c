package dev.paddock.worker.cli.training;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.record.internal.MemoryRecords;
import org.apache.kafka.common.record.internal.MutableRecordBatch;

/** A topic of one partition, in memory. For any thread. */
final class TrainingLog {

  private record Batch(long lastOffset, ByteBuffer bytes) {}

  private final Uuid id = Uuid.randomUuid();
  private final String name;
  private final List<Batch> batches = new ArrayList<>();
  private long end;

  TrainingLog(String name) {
    this.name = name;
  }

  Uuid id() {
    return id;
  }

  String name() {
    return name;
  }

  /** The offset that the next record will have. */
  synchronized long end() {
    return end;
  }

  /**
   * Adds batches as a producer has made them.
   *
   * @return the first one's offset
   */
  synchronized long append(MemoryRecords records) {
    long first = end;
    for (MutableRecordBatch batch : records.batches()) {
      end += batch.lastOffset() - batch.baseOffset() + 1;
      batch.setLastOffset(end - 1);
      batch.setPartitionLeaderEpoch(0);
      ByteBuffer bytes = ByteBuffer.allocate(batch.sizeInBytes());
      batch.writeTo(bytes);
      batches.add(new Batch(end - 1, bytes.flip()));
    }
    notifyAll();
    return first;
  }

  /** The batches that have this offset and all behind it. */
  synchronized MemoryRecords from(long offset) {
    List<ByteBuffer> found =
        batches.stream()
            .filter(batch -> batch.lastOffset() >= offset)
            .map(batch -> batch.bytes().duplicate())
            .toList();
    ByteBuffer all = ByteBuffer.allocate(found.stream().mapToInt(ByteBuffer::remaining).sum());
    found.forEach(all::put);
    return MemoryRecords.readableRecords(all.flip());
  }

  /** Waits until there is something at this offset, or a time has passed. */
  synchronized void await(long offset, long millis) throws InterruptedException {
    long until = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (end <= offset && left > 0) {
      wait(left);
      left = (until - System.nanoTime()) / 1_000_000;
    }
  }
}
