package dev.paddock.worker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.pipeline.RecordLine;
import dev.paddock.worker.publish.ProducerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/** Sends a few records and shows what is in a topic, to try things out. */
final class TopicRecords {

  private static final Duration POLL = Duration.ofMillis(100);

  private final Configuration settings;
  private final String topic;

  TopicRecords(Configuration settings, String topic) {
    this.settings = settings;
    this.topic = topic;
  }

  /**
   * Sends each line as a record.
   *
   * @param separator what stands between key and value; null where there are no keys
   * @return how many
   */
  int send(BufferedReader lines, @Nullable String separator)
      throws IOException, InterruptedException {
    List<Future<?>> sent = new ArrayList<>();
    try (KafkaProducer<byte[], byte[]> producer = ProducerFactory.create(settings)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        sent.add(producer.send(record(line, sent.size() + 1, separator)));
      }
      producer.flush();
      for (Future<?> one : sent) {
        var _ = one.get();
      }
    } catch (KafkaException e) {
      throw refused("sent to", e);
    } catch (ExecutionException e) {
      throw refused("sent to", e.getCause());
    }
    return sent.size();
  }

  private ProducerRecord<byte[], byte[]> record(
      String line, int number, @Nullable String separator) {
    if (separator == null) {
      return new ProducerRecord<>(topic, line.getBytes(UTF_8));
    }
    int end = line.indexOf(separator);
    if (end < 0) {
      throw CommandFailure.usage(
          "Line %d has no '%s', which stands between key and value".formatted(number, separator));
    }
    return new ProducerRecord<>(
        topic,
        line.substring(0, end).getBytes(UTF_8),
        line.substring(end + separator.length()).getBytes(UTF_8));
  }

  /** Prints all committed records that there are by now, partition by partition. */
  void show(PrintWriter out) {
    try (KafkaConsumer<byte[], byte[]> consumer =
            new KafkaConsumer<>(
                settings.kafka().reader(),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        RecordLine lines = new RecordLine(settings)) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .sorted(Comparator.comparingInt(TopicPartition::partition))
              .toList();
      if (partitions.isEmpty()) {
        throw new CommandFailure("There is no topic " + topic);
      }
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      for (TopicPartition partition : partitions) {
        consumer.assign(List.of(partition));
        while (consumer.position(partition) < ends.getOrDefault(partition, 0L)) {
          for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
            out.println(lines.of(record));
          }
        }
      }
    } catch (KafkaException e) {
      throw RegistryTrouble.isReason(e)
          ? new CommandFailure(
              "The records of %s cannot be decoded: %s"
                  .formatted(topic, RegistryTrouble.reasons(e)))
          : refused("read from", e);
    }
  }

  private CommandFailure refused(String what, @Nullable Throwable reason) {
    return new CommandFailure(
        "Records cannot be %s %s: %s"
            .formatted(what, topic, reason == null ? "" : RegistryTrouble.reasons(reason)));
  }
}
