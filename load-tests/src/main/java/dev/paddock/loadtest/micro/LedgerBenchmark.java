package dev.paddock.loadtest.micro;

import dev.paddock.worker.Position;
import dev.paddock.worker.ledger.Ledger;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The books of records in flight: each is received, settled out of order, and committed. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class LedgerBenchmark {

  private static final int RECORDS = 1_200;

  private static final String TOPIC = "requests";

  private static final int RECORD_BYTES = 1_000;

  /** Shares no factor with the number of records, so that it reaches each of them. */
  private static final int STRIDE = 7;

  /** Over which the records are spread. */
  @Param({"1", "12"})
  private int partitions = 1;

  private final Ledger ledger = new Ledger();
  private long firstOffset;

  /** The whole way of so many records through the ledger, and the commit that ends it. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public Map<TopicPartition, Long> receiveSettleCommit() {
    for (int i = 0; i < RECORDS; i++) {
      if (!ledger.receive(position(i), RECORD_BYTES)) {
        throw new IllegalStateException("It is held already");
      }
    }
    for (int i = 0; i < RECORDS; i++) {
      ledger.settle(position(i * STRIDE % RECORDS));
    }
    Map<TopicPartition, Long> offsets = ledger.committable();
    ledger.commit(offsets);
    if (ledger.held() != 0) {
      throw new IllegalStateException("Some are not committed");
    }
    firstOffset += RECORDS / partitions;
    return offsets;
  }

  private Position position(int record) {
    return new Position(TOPIC, record % partitions, firstOffset + record / partitions);
  }
}
