package dev.paddock.worker.config;

import static java.util.stream.Collectors.toMap;

import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Reuse;
import dev.paddock.worker.config.Settings.LimitSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** Turns sources into records. After a problem it goes on with the default, to find the others. */
final class ConfigurationBuilder extends SettingReader {

  ConfigurationBuilder(Sources sources, Problems problems) {
    super(sources, problems);
  }

  Configuration build(TracingConfig tracing) {
    refuseUnknownKeys();
    KafkaConfig kafka =
        new KafkaProperties(sources, problems).deal(get(Settings.BOOTSTRAP_SERVERS));
    TopicsConfig topics = topics();
    List<PipelineConfig> pipelines =
        new PipelinesBuilder(sources, problems, topics, mode()).build();
    Configuration configuration =
        new Configuration(
            get(Settings.WORKER_ID),
            constant(LogFormat.class, Settings.LOG_FORMAT),
            kafka,
            registry(),
            serialization(),
            topics,
            intake(pipelines),
            dispatch(pipelines),
            delivery(),
            pool(),
            management(),
            tracing,
            limits(),
            pipelines);
    refuseDefaultsAboveCeilings();
    refuseResultsTooLargeForKafka(configuration.limits(), kafka);
    return configuration;
  }

  private void refuseUnknownKeys() {
    List<String> known = Settings.ALL.stream().map(Setting::name).toList();
    sources
        .keys()
        .forEach(
            (key, origin) -> {
              if (!known.contains(key)
                  && !key.startsWith(Settings.KAFKA_PREFIX)
                  && !PipelineSettings.isOfAPipeline(key)) {
                problems.add(
                    "%s (from %s) is unknown; did you mean %s?"
                        .formatted(key, origin, NearestName.of(key, known)));
              }
            });
  }

  private ManagementConfig management() {
    Secret token = secret(Settings.MANAGEMENT_TOKEN);
    boolean workbench = truth(Settings.WORKBENCH);
    if (workbench && token == null) {
      problems.add(
          "management.workbench is true, but management.token is not set; whoever may try scripts"
              + " has to send one");
    }
    return new ManagementConfig(
        find(Settings.MANAGEMENT_ADDRESS),
        token,
        store(
            Settings.MANAGEMENT_KEYSTORE_LOCATION,
            Settings.MANAGEMENT_KEYSTORE_PASSWORD,
            Settings.MANAGEMENT_KEYSTORE_TYPE),
        workbench,
        integer(Settings.METRICS_NAMES),
        millis(Settings.STALLED_AFTER));
  }

  private RegistryConfig registry() {
    String username = find(Settings.REGISTRY_USERNAME);
    Secret password = secret(Settings.REGISTRY_PASSWORD);
    if (username == null && password != null) {
      problems.add("registry.password is set, but registry.username is not; set both");
    }
    return new RegistryConfig(
        get(Settings.REGISTRY_URL),
        username,
        password,
        store(Settings.TRUSTSTORE_LOCATION, Settings.TRUSTSTORE_PASSWORD, Settings.TRUSTSTORE_TYPE),
        store(Settings.KEYSTORE_LOCATION, Settings.KEYSTORE_PASSWORD, Settings.KEYSTORE_TYPE));
  }

  private RegistryConfig.Store store(
      Setting<String> location, Setting<String> password, Setting<String> type) {
    return new RegistryConfig.Store(find(location), secret(password), find(type));
  }

  @SuppressWarnings("unchecked") // asSubclass has checked the part that can be checked
  private SerializationConfig serialization() {
    return new SerializationConfig(
        (Class<? extends Serializer<?>>) load(Settings.SERIALIZER, Serializer.class),
        (Class<? extends Deserializer<?>>) load(Settings.DESERIALIZER, Deserializer.class));
  }

  private <T> Class<? extends T> load(Setting<String> setting, Class<T> type) {
    String name = get(setting);
    try {
      return Class.forName(name).asSubclass(type);
    } catch (ClassNotFoundException | LinkageError e) {
      problems.add(
          "%s is '%s' (from %s); there is no such class on the class path"
              .formatted(setting.name(), name, origin(setting)));
    } catch (ClassCastException e) {
      problems.add(
          "%s is '%s' (from %s); it must be a class that implements %s"
              .formatted(setting.name(), name, origin(setting), type.getName()));
    }
    return type;
  }

  private TopicsConfig topics() {
    TopicsConfig topics =
        new TopicsConfig(
            get(Settings.TOPIC_REQUESTS),
            get(Settings.TOPIC_RESULTS),
            get(Settings.TOPIC_VIOLATIONS),
            get(Settings.TOPIC_SCRIPTS),
            integer(Settings.TOPIC_PARTITIONS),
            (short) integer(Settings.TOPIC_REPLICATION));
    if (topics.all().stream().distinct().count() < topics.all().size()) {
      problems.add(
          ("topics.requests, topics.results, topics.violations and topics.scripts are %s; they must"
                  + " differ")
              .formatted(String.join(", ", topics.all())));
    }
    return topics;
  }

  private IntakeConfig intake(List<PipelineConfig> pipelines) {
    Long shareLock = find(Settings.SHARE_LOCK);
    if (mode() == IntakeMode.SHARE_GROUP && find(Settings.INTAKE_INSTANCE) != null) {
      refuseForShareGroup(Settings.INTAKE_INSTANCE, "left out", "has no static members");
    }
    boolean requests = truth(Settings.INTAKE_REQUESTS);
    if (!requests && pipelines.isEmpty()) {
      problems.add(
          "%s is false (from %s), and there are no pipelines, so there is nothing to read; leave it out, or configure pipelines"
              .formatted(Settings.INTAKE_REQUESTS.name(), origin(Settings.INTAKE_REQUESTS)));
    }
    return new IntakeConfig(
        requests,
        mode(),
        get(Settings.INTAKE_GROUP),
        get(Settings.INTAKE_PROTOCOL),
        find(Settings.INTAKE_INSTANCE),
        shareLock == null ? null : Duration.ofMillis(shareLock),
        integer(Settings.MAX_IN_FLIGHT),
        get(Settings.MAX_IN_FLIGHT_BYTES),
        millis(Settings.COMMIT_INTERVAL),
        millis(Settings.DRAIN));
  }

  private IntakeMode mode() {
    return constant(IntakeMode.class, Settings.INTAKE_MODE);
  }

  /** What a share group cannot have, though partitions can. */
  private void refuseForShareGroup(Setting<String> setting, String allowed, String reason) {
    problems.add(
        "%s is %s (from %s); with intake.mode share-group it must be %s, since a share group %s. Leave it out, or set intake.mode to partitions"
            .formatted(setting.name(), find(setting), origin(setting), allowed, reason));
  }

  private DispatchConfig dispatch(List<PipelineConfig> pipelines) {
    Long maxConcurrent = find(Settings.TENANT_MAX_CONCURRENT);
    Map<String, Integer> weights = find(Settings.TENANT_WEIGHTS);
    Ordering ordering = constant(Ordering.class, Settings.ORDERING);
    if (ordering != Ordering.NONE && mode() == IntakeMode.SHARE_GROUP) {
      refuseForShareGroup(Settings.ORDERING, "none", "keeps no order");
    }
    return new DispatchConfig(
        ordering,
        pipelines.stream().collect(toMap(PipelineConfig::from, PipelineConfig::ordering)),
        maxConcurrent == null
            ? OptionalInt.empty()
            : OptionalInt.of(Math.toIntExact(maxConcurrent)),
        weights == null ? Map.of() : weights,
        integer(Settings.TENANT_MAX_RATE),
        millis(Settings.SCRIPT_WAIT),
        new Reuse(integer(Settings.REUSE_MAX_CALLS), millis(Settings.REUSE_MAX_AGE).toMillis()));
  }

  private DeliveryConfig delivery() {
    return new DeliveryConfig(
        guarantee(),
        millis(Settings.TRANSACTION_INTERVAL),
        integer(Settings.TRANSACTION_MAX_RECORDS));
  }

  /** A share group has no transactions, so there a default that wants them does not count. */
  private Guarantee guarantee() {
    Guarantee set = constant(Guarantee.class, Settings.GUARANTEE);
    if (mode() == IntakeMode.PARTITIONS || set == Guarantee.AT_LEAST_ONCE) {
      return set;
    }
    if (sources.find(Settings.GUARANTEE.name()) != null) {
      refuseForShareGroup(Settings.GUARANTEE, "at-least-once", "has no transactions");
    }
    return Guarantee.AT_LEAST_ONCE;
  }

  private PoolConfig pool() {
    return new PoolConfig(
        integer(Settings.POOL_SIZE),
        integer(Settings.POOL_SPARES),
        constant(Isolation.class, Settings.ISOLATION),
        millis(Settings.POOL_START_TIMEOUT),
        new SandboxConfig(
            constant(Confinement.class, Settings.CONFINEMENT),
            integer(Settings.OOM_SCORE),
            constant(Compilation.class, Settings.COMPILATION),
            constant(Sharing.class, Settings.SHARING),
            get(Settings.MAX_EXECUTIONS),
            millis(Settings.MAX_AGE),
            get(Settings.MAX_GROWTH)));
  }

  private LimitsConfig limits() {
    return new LimitsConfig(limits(Settings.DEFAULTS), limits(Settings.CEILINGS));
  }

  private Limits limits(LimitSettings settings) {
    return new Limits(
        get(settings.cpuMillis),
        get(settings.wallMillis),
        get(settings.heapBytes),
        get(settings.stackBytes),
        get(settings.outputBytes),
        get(settings.logBytes),
        integer(settings.logLines),
        integer(settings.asyncOperations),
        get(settings.inputBytes),
        get(settings.sourceBytes));
  }

  private void refuseDefaultsAboveCeilings() {
    List<Setting<Long>> defaults = Settings.DEFAULTS.all();
    for (int i = 0; i < defaults.size(); i++) {
      Setting<Long> lower = defaults.get(i);
      Setting<Long> upper = Settings.CEILINGS.all().get(i);
      if (get(lower) > get(upper)) {
        problems.add(
            "%s is %s (from %s); it must not be above %s, which is %s (from %s)"
                .formatted(
                    lower.name(),
                    get(lower),
                    origin(lower),
                    upper.name(),
                    get(upper),
                    origin(upper)));
      }
    }
  }

  private void refuseResultsTooLargeForKafka(LimitsConfig limits, KafkaConfig kafka) {
    long room;
    try {
      room = kafka.maxRequestBytes();
    } catch (NumberFormatException e) {
      return; // reported with the Kafka properties
    }
    if (limits.mostResultBytes() > room) {
      problems.add(
          ("limits.ceiling.output.bytes is %d and limits.ceiling.log.bytes is %d; with %d for the rest"
                  + " of a result they must not be above kafka.producer.max.request.size, which is %d."
                  + " Lower the ceilings, or raise that and the topics' max.message.bytes")
              .formatted(
                  limits.ceilings().outputBytes(),
                  limits.ceilings().logBytes(),
                  LimitsConfig.RESULT_OVERHEAD_BYTES,
                  room));
    }
  }
}
