package dev.paddock.loadtest;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.intake.ConsumerFactory;
import dev.paddock.worker.publish.ProducerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The ceiling of what a worker can do: moves records from one topic to another as they are, with a
 * worker's own client settings and guarantee, on one thread. A process of its own: it reads a
 * number of records from a line of standard input, moves as many, and writes the wall time and its
 * CPU time, both in ns.
 */
final class IdentityLoop {

  private static final com.sun.management.OperatingSystemMXBean SYSTEM =
      (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private static final Duration POLL = Duration.ofMillis(100);

  private final Configuration configuration;
  private final KafkaConsumer<byte[], byte[]> consumer;
  private final KafkaProducer<byte[], byte[]> producer;
  private final boolean transactional;

  private IdentityLoop(Configuration configuration) {
    this.configuration = configuration;
    consumer = ConsumerFactory.create(configuration);
    transactional = configuration.delivery().transactional();
    producer =
        transactional
            ? ProducerFactory.create(configuration, configuration.workerId())
            : ProducerFactory.create(configuration);
  }

  /**
   * Serves until standard input ends.
   *
   * @param args settings, each {@code key=value}
   */
  public static void main(String[] args) throws IOException {
    Map<String, String> settings = new HashMap<>();
    Arrays.stream(args)
        .map(argument -> argument.split("=", 2))
        .forEach(pair -> settings.put(pair[0], pair[1]));
    IdentityLoop loop = new IdentityLoop(Configuration.of(settings));
    try (loop.consumer;
        loop.producer) {
      loop.begin();
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long wall = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        loop.move(Integer.parseInt(line));
        System.out.println((System.nanoTime() - wall) + " " + (SYSTEM.getProcessCpuTime() - cpu));
      }
    }
  }

  private void begin() {
    // Nobody shares the partitions, and a group would time out between two measurements.
    consumer.assign(Clients.partitions(configuration, configuration.topics().requests()));
    if (transactional) {
      producer.initTransactions();
    }
  }

  private void move(int count) {
    String to = configuration.topics().results();
    int moved = 0;
    long begun = System.nanoTime();
    long interval = configuration.delivery().transactionInterval().toNanos();
    boolean open = false;
    while (moved < count || open) {
      ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
      if (transactional && !open && !records.isEmpty()) {
        producer.beginTransaction();
        open = true;
        begun = System.nanoTime();
      }
      for (ConsumerRecord<byte[], byte[]> record : records) {
        var _ = producer.send(new ProducerRecord<>(to, record.key(), record.value()));
      }
      moved += records.count();
      if (open && (moved >= count || System.nanoTime() - begun >= interval)) {
        producer.sendOffsetsToTransaction(positions(), consumer.groupMetadata());
        producer.commitTransaction();
        open = false;
      }
    }
    if (!transactional) {
      producer.flush();
      consumer.commitSync(positions());
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> positions() {
    Map<TopicPartition, OffsetAndMetadata> positions = new HashMap<>();
    for (TopicPartition partition : consumer.assignment()) {
      positions.put(partition, new OffsetAndMetadata(consumer.position(partition)));
    }
    return positions;
  }
}
