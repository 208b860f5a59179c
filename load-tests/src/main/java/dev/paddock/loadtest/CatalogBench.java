package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.catalog.Catalog;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Units;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.Serializer;

/** What a large catalog costs a worker that starts: time until all of it is known, and memory. */
final class CatalogBench implements Bench {

  private static final String TENANT = "acme";
  private static final int SOURCE_BYTES = 2 << 10;
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final MemoryMXBean MEMORY = ManagementFactory.getMemoryMXBean();

  private final LoopbackKafka kafka;

  CatalogBench(LoopbackKafka kafka) {
    this.kafka = kafka;
  }

  @Override
  public String title() {
    return "Catalog: until a worker that starts knows all scripts, of 2 KiB each";
  }

  @Override
  public List<String> measure(Path home, Counts counts) throws IOException, InterruptedException {
    Map<String, String> settings =
        kafka.lane("catalog", Map.of("topics.scripts", "catalog.scripts"));
    Configuration configuration = Configuration.of(settings);
    Table table = new Table(Table.Align.RIGHT);
    table.row("", "until known", "each", "heap", "by their sources' size");
    int written = 0;
    for (int scripts : List.of(counts.scripts() / 10, counts.scripts())) {
      write(configuration, written, scripts);
      written = scripts;
      Samples nanos = new Samples();
      Samples heap = new Samples();
      for (int round = 0; round < counts.rounds(); round++) {
        long before = heapBytes();
        long begin = System.nanoTime();
        try (Catalog catalog = new Catalog(configuration)) {
          catalog.start();
          if (!catalog.awaitLoaded(TIMEOUT)
              || catalog.find(TENANT, id(scripts - 1), null) == null) {
            throw new IllegalStateException("The catalog is not known within " + TIMEOUT);
          }
          nanos.add(System.nanoTime() - begin);
          heap.add(heapBytes() - before);
        }
      }
      table.row(
          Units.count(scripts) + " scripts",
          Figures.millis(nanos.median()),
          Figures.micros(nanos.median() / scripts),
          Figures.mebibytes(Math.round(heap.median())),
          Figures.percent(heap.median() / ((double) scripts * SOURCE_BYTES)));
    }
    return table.lines();
  }

  private static void write(Configuration configuration, int from, int to) {
    try (Serializer<Object> serializer =
            configuration
                .serialization()
                .newSerializer(configuration.registry().serdeProperties());
        KafkaProducer<byte[], byte[]> producer = Clients.producer(configuration)) {
      String topic = configuration.topics().scripts();
      for (int i = from; i < to; i++) {
        byte[] key = (TENANT + "/" + id(i) + "/1").getBytes(UTF_8);
        var _ =
            producer.send(new ProducerRecord<>(topic, key, serializer.serialize(topic, script(i))));
      }
      producer.flush();
    }
  }

  private static String id(int number) {
    return "script-" + number;
  }

  /** A rule that is like no other, as long as all others. */
  private static CatalogScript script(int number) {
    String rule = "input.amount > " + number + " // ";
    String source = rule + "x".repeat(SOURCE_BYTES - rule.length());
    return CatalogScript.newBuilder()
        .setTenant(TENANT)
        .setId(id(number))
        .setVersion(1)
        .setName(id(number) + ".js")
        .setKind(ScriptKind.SCRIPT)
        .setSource(source)
        .setSha256("0".repeat(64))
        .setCreated(Instant.EPOCH)
        .build();
  }

  private static long heapBytes() {
    System.gc();
    return MEMORY.getHeapMemoryUsage().getUsed();
  }
}
