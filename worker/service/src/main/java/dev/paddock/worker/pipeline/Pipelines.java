package dev.paddock.worker.pipeline;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import dev.paddock.worker.Event;
import dev.paddock.worker.Execution;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.config.PipelineConfig.PipelineScript;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.intake.RecordReader;
import dev.paddock.worker.publish.EventWriter;
import dev.paddock.worker.publish.UnfitOutputException;
import io.opentelemetry.api.trace.SpanContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/** A worker's pipelines. */
public final class Pipelines implements EventWriter, AutoCloseable {

  private static final Duration BACK_OFF = Duration.ofMillis(500);

  private final Configuration configuration;
  private final Clock clock;
  private @Nullable RegistryClient registry;
  private final List<SubjectSchema> subjects = new ArrayList<>();
  private final Map<String, OutputWriter> writers = new HashMap<>();

  /** Prepares; {@link #start} looks up what is needed. */
  public Pipelines(Configuration configuration, Clock clock) {
    this.configuration = configuration;
    this.clock = clock;
    for (PipelineConfig pipeline : configuration.pipelines()) {
      writers.put(
          pipeline.name(),
          new OutputWriter(
              pipeline.to(),
              pipeline.output(),
              format(pipeline.output()),
              configuration.kafka().maxRequestBytes()));
    }
  }

  /**
   * Looks up the schemas that outputs are written with, and checks that scripts of the catalog are
   * there.
   *
   * @param patience how long to wait for a schema registry that cannot be used
   * @throws IllegalStateException naming the pipeline where something is not there
   */
  public void start(NamedScripts scripts, Duration patience) throws InterruptedException {
    Instant until = clock.instant().plus(patience);
    for (SubjectSchema subject : subjects) {
      load(subject, until);
    }
    Set<String> keyed =
        KeyedTopics.among(
            writers.values().stream().map(OutputWriter::topic).distinct().toList(), configuration);
    writers.values().stream()
        .filter(writer -> keyed.contains(writer.topic()))
        .forEach(OutputWriter::requireKeys);
    for (PipelineConfig pipeline : configuration.pipelines()) {
      if (pipeline.script() instanceof PipelineScript.FromCatalog(ScriptReference reference)) {
        requireThere(pipeline, reference, scripts);
      }
    }
  }

  /** Readers of the topics that pipelines read, by topic; new ones, for one thread. */
  public Map<String, RecordReader> readers() {
    Map<String, RecordReader> readers = new HashMap<>();
    for (PipelineConfig pipeline : configuration.pipelines()) {
      readers.put(
          pipeline.from(),
          new EventReader(
              pipeline.name(),
              template(pipeline),
              Formats.of(pipeline.input(), configuration),
              configuration
                  .limits()
                  .mostInputBytes(
                      pipeline.limits(), pipeline.script() instanceof PipelineScript.FromCatalog),
              clock));
    }
    return readers;
  }

  @Override
  public List<ProducerRecord<byte[], byte[]>> write(
      Execution execution, @Nullable String output, SpanContext trace) throws UnfitOutputException {
    Event event = execution.event();
    OutputWriter writer = event == null ? null : writers.get(event.pipeline());
    if (writer == null) {
      throw new IllegalStateException(execution.position() + " is of no pipeline");
    }
    return writer.write(execution, output, trace);
  }

  @Override
  public void close() {
    if (registry != null) {
      registry.close();
    }
  }

  private static ExecutionRequest template(PipelineConfig pipeline) {
    return ExecutionRequest.newBuilder()
        .setTenant(pipeline.tenant())
        .setScript(
            switch (pipeline.script()) {
              case PipelineScript.FromFile file -> file.script();
              case PipelineScript.FromCatalog catalog -> catalog.reference();
            })
        .setLimits(pipeline.limits())
        .setLabels(Map.of("pipeline", pipeline.name()))
        .setReuse(pipeline.reuse())
        .setClock(pipeline.clock())
        .setRandomness(pipeline.randomness())
        .build();
  }

  private OutputFormat format(PipelineConfig.Output output) {
    return switch (output.format()) {
      case JSON -> new OutputFormat.Json();
      case STRING -> new OutputFormat.Plain();
      case AVRO -> {
        RegistryClient client = registry();
        SubjectSchema subject = new SubjectSchema(() -> client.latest(output.subject()), clock);
        subjects.add(subject);
        yield new AvroOutput(subject);
      }
    };
  }

  /** One for all, made where there is a need for it. */
  private RegistryClient registry() {
    if (registry == null) {
      registry =
          new RegistryClient(
              RegistrySettings.of(configuration.registry().serdeProperties()), clock);
    }
    return registry;
  }

  private void load(SubjectSchema subject, Instant until) throws InterruptedException {
    while (true) {
      try {
        subject.load();
        return;
      } catch (KafkaException e) {
        if (!RegistryTrouble.isReason(e) || clock.instant().isAfter(until)) {
          throw new IllegalStateException(
              "The schema that a pipeline writes cannot be had from the schema registry at %s: %s; register it, or set output.subject"
                  .formatted(configuration.registry().url(), RegistryTrouble.reasons(e)),
              e);
        }
        Thread.sleep(BACK_OFF);
      }
    }
  }

  private static void requireThere(
      PipelineConfig pipeline, ScriptReference reference, NamedScripts scripts) {
    CatalogScript found =
        scripts.find(pipeline.tenant(), reference.getId(), reference.getVersion());
    if (found == null || found.getDisabled()) {
      String version = reference.getVersion() == null ? "" : " version " + reference.getVersion();
      throw new IllegalStateException(
          "pipelines.%s.script.id is '%s'%s, which is %s of tenant '%s' in %s; put it there with `paddock scripts put`"
              .formatted(
                  pipeline.name(),
                  reference.getId(),
                  version,
                  found == null ? "no script" : "a disabled script",
                  pipeline.tenant(),
                  scripts.whereabouts()));
    }
    if (pipeline.reuse() == Reuse.SCRIPT && found.getKind() != ScriptKind.MODULE) {
      throw new IllegalStateException(
          "pipelines.%s.reuse is script, but '%s' version %d of tenant '%s' is no ES module, whose default export could be called for each record; put it as one (.mjs), or set reuse to execution"
              .formatted(pipeline.name(), found.getId(), found.getVersion(), pipeline.tenant()));
    }
  }
}
