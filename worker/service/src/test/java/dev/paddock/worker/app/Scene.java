package dev.paddock.worker.app;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.Violation;
import dev.paddock.worker.cli.Cli;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ConsumerGroupDescription;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListShareGroupOffsetsSpec;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.SharePartitionOffsetInfo;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.Serializer;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One test's topics, group, workers, and what it sends and receives. */
public final class Scene implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Map<String, String> settings = new HashMap<>();
  private final List<Worker> workers = new ArrayList<>();
  private final KafkaProducer<byte[], byte[]> producer;
  private final Serializer<Object> serializer;
  private final TopicTail<ExecutionResult> results;
  private final TopicTail<Violation> violations;
  private long sent;

  /** Makes the topics; {@code more} settings go before the usual ones. */
  public Scene(String bootstrapServers, String registryUrl, Map<String, String> more)
      throws InterruptedException {
    String name = "t" + UUID.randomUUID();
    settings.put("kafka.bootstrap.servers", bootstrapServers);
    settings.put("registry.url", registryUrl);
    settings.put("topics.requests", name + ".requests");
    settings.put("topics.results", name + ".results");
    settings.put("topics.violations", name + ".violations");
    settings.put("topics.scripts", name + ".scripts");
    settings.put("topics.partitions", "4");
    settings.put("intake.group", name);
    settings.put("intake.commit.interval.ms", "100");
    settings.put("pool.size", "1");
    settings.put("pool.spares", "0");
    settings.put("sandbox.compilation", "quick");
    settings.put("limits.ceiling.heap.bytes", "32MiB");
    settings.putAll(more);
    Configuration configuration = configuration("scene");
    Topics.create(configuration);
    producer =
        new KafkaProducer<>(
            configuration.kafka().producer(), new ByteArraySerializer(), new ByteArraySerializer());
    serializer =
        configuration.serialization().newSerializer(configuration.registry().serdeProperties());
    results = TopicTail.of(configuration, configuration.topics().results(), ExecutionResult.class);
    violations = TopicTail.of(configuration, configuration.topics().violations(), Violation.class);
  }

  /** The configuration of a worker. */
  public Configuration configuration(String workerId) {
    return configuration(workerId, Map.of());
  }

  private Configuration configuration(String workerId, Map<String, String> more) {
    return Configuration.of(settings(workerId, more));
  }

  /** What a worker's configuration says. */
  public Map<String, String> settings(String workerId, Map<String, String> more) {
    Map<String, String> own = new HashMap<>(settings);
    own.put("worker.id", workerId);
    own.putAll(more);
    return own;
  }

  /** Starts a worker, which is closed with the scene at the latest. */
  public Worker worker(String id) throws InterruptedException {
    return worker(id, Map.of());
  }

  /** The same with settings of its own. */
  Worker worker(String id, Map<String, String> more) throws InterruptedException {
    Worker worker = Worker.start(configuration(id, more), SharedServices.HOME);
    workers.add(worker);
    return worker;
  }

  /** The same where the process's environment would say this. */
  Worker workerIn(Map<String, String> environment) throws InterruptedException {
    List<String> assignments =
        settings("w", Map.of()).entrySet().stream()
            .map(setting -> setting.getKey() + "=" + setting.getValue())
            .toList();
    Worker worker =
        Worker.start(Configuration.read(null, environment, assignments), SharedServices.HOME);
    workers.add(worker);
    return worker;
  }

  /** A request of tenant acme's for a plain script. */
  public static ExecutionRequest.Builder request(String id, String source) {
    return ExecutionRequest.newBuilder()
        .setExecutionId(id)
        .setTenant("acme")
        .setScript(new InlineScript("test.js", ScriptKind.SCRIPT, source, Map.of()));
  }

  /** A request as it is sent. */
  public byte[] bytes(ExecutionRequest request) {
    return serializer.serialize(settings.get("topics.requests"), request);
  }

  /** A record of the wrong kind, whose schema the registry knows all the same. */
  byte[] violationBytes(Violation violation) {
    return serializer.serialize(settings.get("topics.violations"), violation);
  }

  /** Sends a request with its id as key. */
  public void send(ExecutionRequest request) {
    var _ = send(null, request.getExecutionId().getBytes(UTF_8), bytes(request));
  }

  /** Sends any record. */
  public Future<RecordMetadata> send(
      @Nullable Integer partition, byte @Nullable [] key, byte @Nullable [] value) {
    sent++;
    return producer.send(
        new ProducerRecord<>(settings.get("topics.requests"), partition, key, value));
  }

  /** Sends a record to any topic. */
  public Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
    return producer.send(record);
  }

  /** Waits until there are this many records in a topic, and gives all that there are. */
  List<ConsumerRecord<byte[], byte[]>> records(RecordTail tail, int atLeast) {
    producer.flush();
    return Awaitility.await(atLeast + " records in " + tail)
        .atMost(PATIENCE)
        .until(tail::read, found -> found.size() >= atLeast);
  }

  /** How many records were sent. */
  long sent() {
    return sent;
  }

  /** Waits until there are this many results, and gives all that there are. */
  public List<TopicTail.Entry<ExecutionResult>> results(int atLeast) {
    return results(_ -> true, atLeast);
  }

  /** The same for those that the test looks for. */
  List<TopicTail.Entry<ExecutionResult>> results(
      Predicate<TopicTail.Entry<ExecutionResult>> wanted, int atLeast) {
    return await(results, wanted, atLeast);
  }

  /** The same for violations. */
  List<TopicTail.Entry<Violation>> violations(
      Predicate<TopicTail.Entry<Violation>> wanted, int atLeast) {
    return await(violations, wanted, atLeast);
  }

  private <T> List<TopicTail.Entry<T>> await(
      TopicTail<T> tail, Predicate<TopicTail.Entry<T>> wanted, int atLeast) {
    producer.flush();
    return Awaitility.await(atLeast + " records in " + tail)
        .atMost(PATIENCE)
        .until(
            () -> tail.read().stream().filter(wanted).toList(), found -> found.size() >= atLeast);
  }

  /** A worker in a process of its own, to be killed. */
  Process workerProcess(String id, Path folder) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("worker"));
    settings(id, Map.of())
        .forEach((key, value) -> arguments.addAll(List.of("--set", key + "=" + value)));
    return new Cli(folder).start(Map.of(), arguments.toArray(new String[0])).process();
  }

  /** How many records the group is done with: the sum over all partitions. */
  long committed() throws ExecutionException, InterruptedException {
    Configuration configuration = configuration("scene");
    if (configuration.intake().shared()) {
      return accepted(configuration);
    }
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      String group = configuration.intake().group();
      // What is still in a transaction is left out of the one and old in the other.
      return Awaitility.await("offsets that are in no transaction")
          .atMost(PATIENCE)
          .until(
              () -> offsets(admin, group, true),
              stable -> stable.equals(offsets(admin, group, false)))
          .values()
          .stream()
          .filter(Objects::nonNull)
          .mapToLong(OffsetAndMetadata::offset)
          .sum();
    }
  }

  private static Map<TopicPartition, OffsetAndMetadata> offsets(
      Admin admin, String group, boolean stable) {
    return admin
        .listConsumerGroupOffsets(
            group, new ListConsumerGroupOffsetsOptions().requireStable(stable))
        .partitionsToOffsetAndMetadata()
        .toCompletionStage()
        .toCompletableFuture()
        .join();
  }

  /** The start that Kafka shows of a share group is older than what it knows to be done. */
  private long accepted(Configuration configuration)
      throws ExecutionException, InterruptedException {
    String group = configuration.intake().group();
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      Collection<SharePartitionOffsetInfo> partitions =
          admin
              .listShareGroupOffsets(Map.of(group, new ListShareGroupOffsetsSpec()))
              .partitionsToOffsetInfo(group)
              .get()
              .values();
      long left =
          partitions.stream()
              .filter(Objects::nonNull)
              .mapToLong(partition -> partition.lag().orElse(sent))
              .sum();
      return partitions.isEmpty() ? 0 : sent - left;
    }
  }

  /** Partitions that somebody in the group reads from, per worker id. */
  Map<String, List<TopicPartition>> assignments() throws ExecutionException, InterruptedException {
    Map<String, List<TopicPartition>> assignments = new HashMap<>();
    for (MemberDescription member : describeGroup().members()) {
      assignments.put(member.clientId(), List.copyOf(member.assignment().topicPartitions()));
    }
    return assignments;
  }

  /** Waits until each of two workers reads two of the four partitions. */
  void awaitTwoPartitionsEach() {
    Awaitility.await("both have two partitions")
        .atMost(PATIENCE)
        .until(
            () -> assignments().values().stream().map(List::size).toList().equals(List.of(2, 2)));
  }

  /** How long Kafka keeps a member of the group that is not heard of. */
  void keepSessionsFor(Duration timeout) throws ExecutionException, InterruptedException {
    Configuration configuration = configuration("scene");
    KafkaConfigs.set(
        configuration,
        ConfigResource.Type.GROUP,
        configuration.intake().group(),
        "consumer.session.timeout.ms",
        Long.toString(timeout.toMillis()));
  }

  /** By which protocol the group's workers share its partitions, as the configuration names it. */
  String groupType() throws ExecutionException, InterruptedException {
    return describeGroup().type().toString().toLowerCase(Locale.ROOT);
  }

  private ConsumerGroupDescription describeGroup() throws ExecutionException, InterruptedException {
    Configuration configuration = configuration("scene");
    try (Admin admin = Admin.create(configuration.kafka().admin())) {
      return admin
          .describeConsumerGroups(List.of(configuration.intake().group()))
          .all()
          .get()
          .values()
          .iterator()
          .next();
    }
  }

  @Override
  public void close() {
    workers.forEach(Worker::close);
    producer.close();
    results.close();
    violations.close();
  }
}
