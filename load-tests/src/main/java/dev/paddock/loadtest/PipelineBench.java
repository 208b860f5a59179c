package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * A pipeline whose script has lodash in it, over a backlog: with a context that is reused, and with
 * one for each record; part by part, so that one sees whether speed and memory stay. What the
 * worker got done while the backlog was still being sent is in none of the parts.
 */
final class PipelineBench implements Bench {

  /** A fresh context loads the library each time: fewer records show what that costs. */
  private static final int REUSED_PER_FRESH = 20;

  private static final int PARTS = 5;

  /** How much memory may be more in the last part than in the second and still be called flat. */
  private static final double FLAT = 0.1;

  /** The worker's: a heap that may grow hides what a leak would add to it. */
  private static final String HEAP = "512m";

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
    List<String> growth = new ArrayList<>();
    table.row(
        "",
        "records",
        "per second",
        "CPU each",
        "worker has",
        "of it live objects",
        "sandboxes have");
    try (WorkerProcess worker =
        WorkerProcess.startWithHeap(HEAP, settings, kafka.log("pipeline"))) {
      int records = counts.executions();
      try (Lane reused = new Lane(configuration, "orders.reused", worker, table);
          Lane fresh = new Lane(configuration, "orders.fresh", worker, table)) {
        for (int round = 0; round < counts.rounds(); round++) {
          growth.add(reused.run("one context for many", records));
          growth.add(fresh.run("a context for each", Math.max(PARTS, records / REUSED_PER_FRESH)));
        }
      }
    }
    List<String> lines = new ArrayList<>(table.lines());
    lines.addAll(growth);
    return lines;
  }

  /** A pipeline's records, there and back. */
  private static final class Lane implements AutoCloseable {

    private static final Duration POLL = Duration.ofMillis(100);

    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(2);

    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String from;
    private final WorkerProcess worker;
    private final Table table;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private int sent;
    private int received;

    private Lane(Configuration configuration, String from, WorkerProcess worker, Table table) {
      this.from = from;
      this.worker = worker;
      this.table = table;
      producer = Clients.producer(configuration);
      consumer = Clients.reader(configuration);
      consumer.assign(Clients.partitions(configuration, from + ".enriched"));
    }

    /** Says how memory changed. */
    private String run(String name, int records) throws IOException, InterruptedException {
      int earlier = sent;
      for (int i = 0; i < records; i++) {
        byte[] key = ("customer-" + sent % KEYS).getBytes(UTF_8);
        byte[] value = "{\"number\":%d,\"items\":%s}".formatted(sent, ITEMS).getBytes(UTF_8);
        var _ = producer.send(new ProducerRecord<>(from, key, value));
        sent++;
      }
      producer.flush();
      WorkerProcess.Cpu used = worker.cpu();
      long begin = System.nanoTime();
      int ahead = enrichedByNow();
      List<WorkerProcess.Memory> memories = new ArrayList<>();
      for (int part = 1; part <= PARTS; part++) {
        int before = part == 1 ? ahead : received;
        receive(ahead + (int) ((long) (sent - ahead) * part / PARTS));
        double nanos = System.nanoTime() - begin;
        WorkerProcess.Cpu cpu = worker.cpu().since(used);
        WorkerProcess.Memory memory = worker.memory();
        memories.add(memory);
        int count = received - before;
        table.row(
            part == 1 ? name : "",
            Units.count(received - earlier),
            Units.count(Math.round(count * 1e9 / nanos)),
            count == 0 ? "" : Figures.micros((double) (cpu.worker() + cpu.sandboxes()) / count),
            Figures.mebibytes(memory.worker()),
            Figures.mebibytes(worker.liveHeap()),
            Figures.mebibytes(memory.sandboxes()));
        used = worker.cpu();
        begin = System.nanoTime();
      }
      return "  %s: %s; %s were enriched before the first part"
          .formatted(
              name, change(memories.get(1), memories.getLast()), Units.count(ahead - earlier));
    }

    private static String change(WorkerProcess.Memory second, WorkerProcess.Memory last) {
      double worker = (double) last.worker() / second.worker() - 1;
      double sandboxes = (double) last.sandboxes() / second.sandboxes() - 1;
      return String.format(
          Locale.ROOT,
          "from part 2 to part %d the worker's memory changed by %+.0f %%, the sandboxes' by %+.0f %%: %s",
          PARTS,
          worker * 100,
          sandboxes * 100,
          worker <= FLAT && sandboxes <= FLAT ? "flat" : "not flat");
    }

    /** Reads what is there, and says how many were there when this was called. */
    private int enrichedByNow() {
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      int ahead = received;
      while (ends.entrySet().stream()
          .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          received++;
          if (record.offset()
              < ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L)) {
            ahead++;
          }
        }
      }
      return ahead;
    }

    private void receive(int end) throws IOException {
      long last = System.nanoTime();
      long looked = last;
      while (received < end) {
        int more = consumer.poll(POLL).count();
        received += more;
        if (System.nanoTime() - looked > LOOK_NANOS) {
          // A sandbox that is replaced takes what it used since the last look with it.
          worker.cpu();
          looked = System.nanoTime();
        }
        if (more > 0) {
          last = System.nanoTime();
        } else if (System.nanoTime() - last > PATIENCE_NANOS) {
          throw new IllegalStateException(
              "Nothing came for %d s; %d of %d orders were enriched"
                  .formatted(TimeUnit.NANOSECONDS.toSeconds(PATIENCE_NANOS), received, end));
        }
      }
    }

    @Override
    public void close() {
      producer.close();
      consumer.close();
    }
  }
}
