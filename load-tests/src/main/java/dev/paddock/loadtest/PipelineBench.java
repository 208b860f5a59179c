package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * A pipeline whose script has lodash in it, over a backlog: with a context that is reused, and with
 * one for each record; part by part, so that one sees whether speed and memory stay.
 */
final class PipelineBench implements Bench {

  /** A fresh context loads the library each time: fewer records show what that costs. */
  private static final int REUSED_PER_FRESH = 20;

  private static final int PARTS = 5;

  private static final int KEYS = 1000;

  private static final String ITEMS =
      IntStream.range(0, 5)
          .mapToObj(
              i ->
                  "{\"name\":\"item-%d\",\"kind\":\"%s\",\"price\":%d.5}"
                      .formatted(i, i % 2 == 0 ? "feed" : "tack", i * 7 % 5))
          .collect(Collectors.joining(",", "[", "]"));

  private static final String SUMMARY =
      """
      export default (order, { key }) => ({
        customer: key,
        number: order.number,
        byKind: _.mapValues(_.groupBy(order.items, 'kind'), (items) => _.sumBy(items, 'price')),
        dearest: _.chain(order.items).orderBy(['price'], ['desc']).take(2).map('name').value(),
      });
      """;

  private final LoopbackKafka kafka;

  PipelineBench(LoopbackKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String title() {
    return "Pipeline: a script with lodash in it over a backlog of orders, part by part";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Path script = kafka.file("lodash-orders.mjs");
    Files.writeString(script, Lodash.module(SUMMARY));
    Map<String, String> settings =
        kafka.lane(
            "pipeline",
            Map.of(
                "intake.requests", "false",
                "pipelines.reused.from", "orders.reused",
                "pipelines.reused.to", "orders.reused.enriched",
                "pipelines.reused.script.file", script.toString(),
                "pipelines.reused.reuse", "script",
                "pipelines.fresh.from", "orders.fresh",
                "pipelines.fresh.to", "orders.fresh.enriched",
                "pipelines.fresh.script.file", script.toString()));
    Configuration configuration = Configuration.of(settings);
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "records", "per second", "CPU each", "worker has", "sandboxes have");
    try (WorkerProcess worker = WorkerProcess.start(settings, kafka.log("pipeline"))) {
      int records = counts.executions();
      try (Lane reused = new Lane(configuration, "orders.reused", worker, table);
          Lane fresh = new Lane(configuration, "orders.fresh", worker, table)) {
        for (int round = 0; round < counts.rounds(); round++) {
          reused.run("one context for many", records);
          fresh.run("a context for each", Math.max(PARTS, records / REUSED_PER_FRESH));
        }
      }
    }
    return table.lines();
  }

  /** A pipeline's records, there and back. */
  private static final class Lane implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private final String from;
    private final WorkerProcess worker;
    private final Table table;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private int sent;

    private Lane(Configuration configuration, String from, WorkerProcess worker, Table table) {
      this.from = from;
      this.worker = worker;
      this.table = table;
      producer = Clients.producer(configuration);
      consumer = Clients.reader(configuration);
      consumer.assign(Clients.partitions(configuration, from + ".enriched"));
    }

    private void run(String name, int records) throws IOException {
      for (int i = 0; i < records; i++) {
        byte[] key = ("customer-" + sent % KEYS).getBytes(UTF_8);
        byte[] value = "{\"number\":%d,\"items\":%s}".formatted(sent, ITEMS).getBytes(UTF_8);
        var _ = producer.send(new ProducerRecord<>(from, key, value));
        sent++;
      }
      producer.flush();
      int received = 0;
      for (int part = 1; part <= PARTS; part++) {
        int end = (int) ((long) records * part / PARTS);
        int before = received;
        WorkerProcess.Cpu used = worker.cpu();
        long begin = System.nanoTime();
        received = receive(received, end);
        double nanos = System.nanoTime() - begin;
        WorkerProcess.Cpu cpu = worker.cpu().since(used);
        WorkerProcess.Memory memory = worker.memory();
        int count = Math.max(1, received - before);
        table.row(
            part == 1 ? name : "",
            Units.count(received),
            Units.count(Math.round(count * 1e9 / nanos)),
            Figures.micros((double) (cpu.worker() + cpu.sandboxes()) / count),
            Figures.mebibytes(memory.worker()),
            Figures.mebibytes(memory.sandboxes()));
      }
    }

    private int receive(int before, int end) {
      int received = before;
      long last = System.nanoTime();
      while (received < end) {
        int more = consumer.poll(POLL).count();
        received += more;
        if (more > 0) {
          last = System.nanoTime();
        } else if (System.nanoTime() - last > PATIENCE_NANOS) {
          throw new IllegalStateException(
              "Nothing came for %d s; %d of %d orders were enriched"
                  .formatted(TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS), received, end));
        }
      }
      return received;
    }

    @Override
    public void close() {
      producer.close();
      consumer.close();
    }
  }
}
