package dev.paddock.worker.config;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.worker.config.ValueType.Address;
import dev.paddock.worker.config.ValueType.Bytes;
import dev.paddock.worker.config.ValueType.Choice;
import dev.paddock.worker.config.ValueType.Text;
import dev.paddock.worker.config.ValueType.Url;
import dev.paddock.worker.config.ValueType.Weights;
import dev.paddock.worker.config.ValueType.Whole;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Every key that Paddock knows, in the order in which documentation shows them. */
final class Settings {

  /** Keys below this prefix are Kafka's own. */
  static final String KAFKA_PREFIX = "kafka.";

  private static final long KIB = 1L << 10;
  private static final long MIB = 1L << 20;
  private static final long DAY_MILLIS = 86_400_000;

  /** How the description of a ceiling ends. */
  static final String CEILING_ROLE = "that a request may ask for";

  private static final List<Setting<?>> DECLARED = new ArrayList<>();

  static final Setting<String> WORKER_ID =
      add(
          new Setting<>(
              "worker.id",
              Text.NAME,
              hostName() + "-" + ProcessHandle.current().pid(),
              "host name and process id",
              "Names this worker in results, violations, logs and to Kafka."));

  static final Setting<String> LOG_FORMAT =
      text(
          "log.format",
          new Choice(List.of("text", "json")),
          "text",
          "How log lines are written: for people, or a JSON object each.");

  static final Setting<String> BOOTSTRAP_SERVERS =
      text(
          "kafka.bootstrap.servers",
          Text.ANY,
          "127.0.0.1:9092",
          "Kafka brokers. Any other `kafka.<property>` reaches every Kafka client,"
              + " `kafka.consumer.<property>`, `kafka.producer.<property>` and"
              + " `kafka.admin.<property>` only one kind of client.");

  static final Setting<String> REGISTRY_URL =
      text(
          "registry.url",
          new Url(),
          "http://127.0.0.1:8081",
          "Schema registry with Confluent's REST API; several, separated by commas, are tried in"
              + " turn.");
  static final Setting<String> REGISTRY_USERNAME =
      text("registry.username", Text.ANY, null, "User for basic authentication at the registry.");
  static final Setting<String> REGISTRY_PASSWORD =
      text("registry.password", Text.ANY, null, "Password for `registry.username`.");
  static final Setting<String> TRUSTSTORE_LOCATION =
      text(
          "registry.ssl.truststore.location",
          Text.ANY,
          null,
          "File with the certificates that the registry is trusted by; without it, the JDK's.");
  static final Setting<String> TRUSTSTORE_PASSWORD =
      text("registry.ssl.truststore.password", Text.ANY, null, "Password of that file.");
  static final Setting<String> TRUSTSTORE_TYPE =
      text("registry.ssl.truststore.type", Text.ANY, null, "Its type: PKCS12, JKS or PEM.");
  static final Setting<String> KEYSTORE_LOCATION =
      text(
          "registry.ssl.keystore.location",
          Text.ANY,
          null,
          "File with the worker's own certificate, where the registry asks for one.");
  static final Setting<String> KEYSTORE_PASSWORD =
      text("registry.ssl.keystore.password", Text.ANY, null, "Password of that file.");
  static final Setting<String> KEYSTORE_TYPE =
      text("registry.ssl.keystore.type", Text.ANY, null, "Its type: PKCS12, JKS or PEM.");

  static final Setting<String> SERIALIZER =
      text(
          "serialization.serializer",
          Text.ANY,
          "dev.paddock.schemas.serde.AvroSerializer",
          "Kafka Serializer class for results and violations.");
  static final Setting<String> DESERIALIZER =
      text(
          "serialization.deserializer",
          Text.ANY,
          "dev.paddock.schemas.serde.AvroDeserializer",
          "Kafka Deserializer class for requests.");

  static final Setting<String> TOPIC_REQUESTS =
      text("topics.requests", Text.TOPIC, "paddock.requests", "Topic that requests are read from.");
  static final Setting<String> TOPIC_RESULTS =
      text("topics.results", Text.TOPIC, "paddock.results", "Topic that results are written to.");
  static final Setting<String> TOPIC_VIOLATIONS =
      text(
          "topics.violations",
          Text.TOPIC,
          "paddock.violations",
          "Topic that violations and undecodable requests are written to.");
  static final Setting<String> TOPIC_SCRIPTS =
      text(
          "topics.scripts",
          Text.TOPIC,
          "paddock.scripts",
          "Compacted topic of scripts that requests may name; workers follow it where it exists.");
  static final Setting<Long> SCRIPT_WAIT =
      millis(
          "catalog.wait.ms",
          1000,
          0,
          60_000,
          "How long a request waits for a script that it names and that is not there yet.");
  static final Setting<Long> TOPIC_PARTITIONS =
      whole(
          "topics.partitions",
          6,
          1,
          10_000,
          "",
          "Partitions of a topic that `paddock topics create` makes.");
  static final Setting<Long> TOPIC_REPLICATION =
      whole(
          "topics.replication",
          1,
          1,
          100,
          "",
          "Replicas of a topic that `paddock topics create` makes.");

  static final Setting<String> INTAKE_GROUP =
      text(
          "intake.group",
          Text.ANY,
          "paddock",
          "Consumer group, or share group; workers of one group share the work.");
  static final Setting<String> INTAKE_REQUESTS =
      text(
          "intake.requests",
          Choice.TRUTH,
          "true",
          "Whether requests are read; a worker of pipelines alone needs no topics of requests and"
              + " results.");
  static final Setting<String> INTAKE_MODE =
      text(
          "intake.mode",
          new Choice(List.of("partitions", "share-group")),
          "partitions",
          "Whether each worker reads partitions of its own, or all workers read all of them as a"
              + " share group (KIP-932), which is for more workers than partitions.");
  static final Setting<String> INTAKE_PROTOCOL =
      text(
          "intake.protocol",
          new Choice(List.of("consumer", "classic")),
          "consumer",
          "Group protocol for partitions: consumer (KIP-848) or, for older brokers, classic.");
  static final Setting<String> INTAKE_INSTANCE =
      add(
          new Setting<>(
              "intake.instance.id",
              Text.NAME,
              null,
              "",
              "Makes this worker a static member of the group: restarted with the same id it has"
                  + " its partitions back, and nobody else reads them meanwhile, until the session"
                  + " times out. Each worker needs one of its own."));
  static final Setting<Long> SHARE_LOCK =
      add(
          new Setting<>(
              "intake.share.lock.ms",
              new Whole(1000, 3_600_000, "ms"),
              null,
              "the group's, which Kafka makes 30 s",
              "How long a share group leaves a request to a worker that nothing is heard of any"
                  + " more."));
  static final Setting<Long> MAX_IN_FLIGHT =
      whole(
          "intake.max.in.flight",
          1000,
          1,
          1_000_000,
          "",
          "Requests that were read and have no result yet; beyond, reading pauses.");
  static final Setting<Long> MAX_IN_FLIGHT_BYTES =
      bytes(
          "intake.max.in.flight.bytes",
          64 * MIB,
          64 * KIB,
          1L << 36,
          "Size in memory, about, of those requests and, with exactly-once, of results that wait for"
              + " their transaction; beyond, reading pauses.");
  static final Setting<Long> COMMIT_INTERVAL =
      millis(
          "intake.commit.interval.ms",
          1000,
          10,
          DAY_MILLIS,
          "How often offsets are committed that are not committed with results, or requests of a"
              + " share group acknowledged.");
  static final Setting<Long> DRAIN =
      millis(
          "intake.drain.ms",
          20_000,
          0,
          DAY_MILLIS,
          "How long a shutdown or a revoked partition waits for requests that are running.");

  static final Setting<String> ORDERING =
      text(
          "ordering",
          new Choice(List.of("none", "key", "partition")),
          "none",
          "Which requests run one after another, in the order they came: none, those with the same"
              + " record key, or all of a partition.");
  static final Setting<Long> TENANT_MAX_CONCURRENT =
      add(
          new Setting<>(
              "dispatch.tenant.max.concurrent",
              new Whole(1, 1024, ""),
              null,
              "all but one while there are other tenants",
              "Sandboxes that one tenant may use at the same time."));
  static final Setting<Map<String, Integer>> TENANT_WEIGHTS =
      add(
          new Setting<>(
              "dispatch.tenant.weights",
              new Weights(),
              null,
              "1 for each",
              "Shares of CPU time where tenants compete: one with 4 gets four times what one with 1"
                  + " gets."));
  static final Setting<Long> TENANT_MAX_RATE =
      whole(
          "dispatch.tenant.max.rate",
          0,
          0,
          1_000_000,
          "",
          "Executions that one tenant may start per second; 0 for any number.");
  static final Setting<String> GUARANTEE =
      text(
          "delivery.guarantee",
          new Choice(List.of("exactly-once", "at-least-once")),
          "exactly-once",
          "Whether results and offsets are written in one transaction, or offsets behind results.");
  static final Setting<Long> TRANSACTION_INTERVAL =
      millis(
          "delivery.transaction.interval.ms",
          50,
          1,
          60_000,
          "How long results wait for others to share a transaction with; a fifth of that, or as long as"
              + " the transaction before took, where no request waits for a sandbox.");
  static final Setting<Long> TRANSACTION_MAX_RECORDS =
      whole(
          "delivery.transaction.max.records",
          500,
          1,
          1_000_000,
          "",
          "Answered requests for which a transaction does not wait that long; where more have piled"
              + " up, it has four times as many at the most, and 8 MiB.");

  static final Setting<Long> POOL_SIZE =
      add(
          new Setting<>(
              "pool.size",
              new Whole(1, 1024, ""),
              Integer.toString(Runtime.getRuntime().availableProcessors()),
              "number of cores",
              "Sandbox processes, each running one script at a time."));
  static final Setting<Long> POOL_SPARES =
      whole(
          "pool.spares",
          1,
          0,
          64,
          "",
          "Sandbox processes kept warm beyond those, so that one that is killed costs no"
              + " capacity.");
  static final Setting<String> ISOLATION =
      text(
          "pool.isolation",
          new Choice(List.of("process", "context")),
          "process",
          "What keeps scripts from the worker: a confined process each, or, only for scripts that"
              + " you trust not to be hostile, a context on a thread of the worker.");
  static final Setting<Long> POOL_START_TIMEOUT =
      millis(
          "pool.start.timeout.ms",
          30_000,
          100,
          DAY_MILLIS,
          "How long a sandbox process may take to become ready.");

  static final Setting<String> CONFINEMENT =
      add(
          new Setting<>(
              "sandbox.confinement",
              new Choice(List.of("required", "preferred", "off")),
              System.getProperty("os.name").equals("Linux") ? "required" : "preferred",
              "`required` on Linux, else `preferred`",
              "Whether a sandbox that the operating system cannot confine may run: not at all, as"
                  + " well confined as can be, or without trying. `paddock doctor` shows what is"
                  + " in force."));
  static final Setting<Long> OOM_SCORE =
      whole(
          "sandbox.oom.score.adj",
          500,
          0,
          1000,
          "",
          "Linux only: how much sooner than others the kernel takes a sandbox where memory runs"
              + " out.");

  static final Setting<String> COMPILATION =
      text(
          "sandbox.compilation",
          new Choice(List.of("full", "quick")),
          "full",
          "How a sandbox's JVM compiles: for speed in the long run, or quickly, which takes less CPU"
              + " time and memory where a process is replaced before some 10,000 executions, and"
              + " makes scripts up to three times slower after that.");

  static final Setting<String> SHARING =
      text(
          "sandbox.sharing",
          new Choice(List.of("any", "tenant")),
          "any",
          "Which tenants use one sandbox process, one after another: any, or only the one that used"
              + " it first, which costs a new process for each change.");
  static final Setting<Long> REUSE_MAX_CALLS =
      whole(
          "sandbox.reuse.max.calls",
          10_000,
          1,
          1_000_000_000,
          "",
          "Executions that share a context where their requests ask for reuse; 1 for a fresh one"
              + " each time all the same.");
  static final Setting<Long> REUSE_MAX_AGE =
      millis(
          "sandbox.reuse.max.age.ms",
          600_000,
          0,
          DAY_MILLIS,
          "Age after which a context that is reused makes way for a fresh one.");
  static final Setting<Long> MAX_EXECUTIONS =
      whole(
          "sandbox.max.executions",
          1_000_000,
          1,
          1_000_000_000_000L,
          "",
          "Executions after which a sandbox process is replaced, or up to a quarter fewer, lest all be"
              + " replaced at once.");
  static final Setting<Long> MAX_AGE =
      millis(
          "sandbox.max.age.ms",
          6 * 3_600_000L,
          1000,
          365 * DAY_MILLIS,
          "Age at which a sandbox process is replaced, or up to a quarter less.");
  static final Setting<Long> MAX_GROWTH =
      bytes(
          "sandbox.max.growth.bytes",
          512 * MIB,
          MIB,
          1L << 40,
          "Growth of a sandbox's resident memory since it was ready, at which it is replaced"
              + " (Linux only).");

  static final Setting<InetSocketAddress> MANAGEMENT_ADDRESS =
      add(
          new Setting<>(
              "management.address",
              new Address(),
              null,
              "",
              "Where /health/live, /health/ready and /metrics are answered, and a page shows what"
                  + " goes on; nowhere if it is not set. Whoever reaches it can read why a worker is"
                  + " not ready; all else is for this machine only, unless there is a token."));
  static final Setting<String> MANAGEMENT_TOKEN =
      text(
          "management.token",
          new Text("16 to 1000 visible characters", Pattern.compile("[!-~]{16,1000}")),
          null,
          "Whoever asks for anything but health has to send it, as `Authorization: Bearer`.");
  static final Setting<String> MANAGEMENT_KEYSTORE_LOCATION =
      text(
          "management.ssl.keystore.location",
          Text.ANY,
          null,
          "File with the certificate and key to answer with; TLS is used where it is set.");
  static final Setting<String> MANAGEMENT_KEYSTORE_PASSWORD =
      text("management.ssl.keystore.password", Text.ANY, null, "Password of that file.");
  static final Setting<String> MANAGEMENT_KEYSTORE_TYPE =
      text("management.ssl.keystore.type", Text.ANY, null, "Its type: PKCS12, JKS or PEM.");
  static final Setting<String> WORKBENCH =
      text(
          "management.workbench",
          Choice.TRUTH,
          "false",
          "Whether whoever has the token may try scripts on the page, in this worker's sandboxes.");
  static final Setting<Long> METRICS_NAMES =
      whole(
          "management.metrics.names",
          100,
          0,
          10_000,
          "",
          "How many tenants, and how many scripts, are counted under their own names; the others"
              + " together.");

  static final Setting<Long> STALLED_AFTER =
      millis(
          "management.stalled.after.ms",
          30_000,
          1000,
          DAY_MILLIS,
          "How long nothing may move while something waits, until the worker says that it is not"
              + " ready; more than Kafka's heartbeat interval.");

  static final LimitSettings DEFAULTS =
      new LimitSettings(
          "limits.default.",
          "where a request names none",
          1000,
          5000,
          32 * MIB,
          4 * MIB,
          512 * KIB,
          64 * KIB,
          1000,
          10_000,
          MIB,
          MIB);
  static final LimitSettings CEILINGS =
      new LimitSettings(
          "limits.ceiling.",
          CEILING_ROLE,
          10_000,
          30_000,
          128 * MIB,
          16 * MIB,
          768 * KIB,
          128 * KIB,
          5000,
          100_000,
          MIB,
          MIB);

  static final List<Setting<?>> ALL = List.copyOf(DECLARED);

  private Settings() {}

  /** The keys of one set of limits. */
  static final class LimitSettings {
    final Setting<Long> cpuMillis;
    final Setting<Long> wallMillis;
    final Setting<Long> heapBytes;
    final Setting<Long> stackBytes;
    final Setting<Long> outputBytes;
    final Setting<Long> logBytes;
    final Setting<Long> logLines;
    final Setting<Long> asyncOperations;
    final Setting<Long> inputBytes;
    final Setting<Long> sourceBytes;

    private LimitSettings(
        String prefix,
        String role,
        long cpu,
        long wall,
        long heap,
        long stack,
        long output,
        long log,
        int lines,
        int async,
        long input,
        long source) {
      cpuMillis = millis(prefix + "cpu.ms", cpu, 1, DAY_MILLIS, "CPU time " + role + ".");
      wallMillis = millis(prefix + "wall.ms", wall, 1, DAY_MILLIS, "Wall-clock time " + role + ".");
      heapBytes =
          bytes(
              prefix + "heap.bytes",
              heap,
              LimitsConfig.MIN_HEAP_BYTES,
              1L << 36,
              "Memory kept by a script " + role + ".");
      stackBytes =
          bytes(
              prefix + "stack.bytes",
              stack,
              LimitsConfig.MIN_STACK_BYTES,
              64 * MIB,
              "Stack for a script's nested calls " + role + ".");
      outputBytes =
          bytes(prefix + "output.bytes", output, 1, 1L << 30, "Size of the output " + role + ".");
      logBytes =
          bytes(prefix + "log.bytes", log, 1, 1L << 30, "Size of all log messages " + role + ".");
      logLines = whole(prefix + "log.lines", lines, 1, 1_000_000, "", "Log messages " + role + ".");
      asyncOperations =
          whole(
              prefix + "async.operations",
              async,
              1,
              1_000_000,
              "",
              "Pending timers, and as many pending promises, " + role + ".");
      inputBytes =
          bytes(
              prefix + "input.bytes",
              input,
              1,
              Limits.MAX_TEXT_BYTES,
              "Size of the input " + role + ".");
      sourceBytes =
          bytes(
              prefix + "source.bytes",
              source,
              1,
              Limits.MAX_TEXT_BYTES,
              "Size of the script's source and its modules " + role + ".");
    }

    List<Setting<Long>> all() {
      return List.of(
          cpuMillis,
          wallMillis,
          heapBytes,
          stackBytes,
          outputBytes,
          logBytes,
          logLines,
          asyncOperations,
          inputBytes,
          sourceBytes);
    }
  }

  private static <T> Setting<T> add(Setting<T> setting) {
    DECLARED.add(setting);
    return setting;
  }

  private static Setting<String> text(
      String name, ValueType<String> type, @Nullable String standard, String description) {
    String shown = standard == null ? "" : "`" + standard + "`";
    return add(new Setting<>(name, type, standard, shown, description));
  }

  private static Setting<Long> whole(
      String name, long standard, long min, long max, String unit, String description) {
    String text = Long.toString(standard);
    return add(new Setting<>(name, new Whole(min, max, unit), text, "`" + text + "`", description));
  }

  private static Setting<Long> millis(
      String name, long standard, long min, long max, String description) {
    return whole(name, standard, min, max, "ms", description);
  }

  private static Setting<Long> bytes(
      String name, long standard, long min, long max, String description) {
    String text = Bytes.text(standard);
    return add(new Setting<>(name, new Bytes(min, max), text, "`" + text + "`", description));
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName().replaceAll("[^\\w.-]", "-");
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
