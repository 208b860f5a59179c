package dev.paddock.worker.cli.doctor;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.schemas.Violation;
import dev.paddock.schemas.registry.RegistryClient;
import dev.paddock.schemas.registry.RegistrySettings;
import dev.paddock.schemas.registry.SchemaNotFoundException;
import dev.paddock.schemas.registry.SchemaRejectedException;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.DataFormat;
import dev.paddock.worker.config.PipelineConfig;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.config.TopicsConfig;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.Schema;
import org.apache.kafka.common.KafkaException;

/** Whether the registry has, or would take, the schemas that a worker writes and reads. */
public final class Registry {

  static {
    TrustedContracts.trust();
  }

  /** Bounds one call: whoever runs this waits for it. */
  private static final Duration CALL = Duration.ofSeconds(5);

  private static final String NO_CHECKS = "NONE";

  private final Configuration settings;
  private final RegistryClient client;
  private final List<Finding> findings = new ArrayList<>();

  private Registry(Configuration settings, RegistryClient client) {
    this.settings = settings;
    this.client = client;
  }

  /** Looks at the registry; one that does not answer is one finding. Registers nothing. */
  public static Section examine(Configuration settings) {
    String title = "Schema registry at " + settings.registry().url();
    Map<String, Object> properties = new TreeMap<>(settings.registry().serdeProperties());
    properties.put("schema.registry.timeout.ms", CALL.toMillis());
    try (RegistryClient client =
        new RegistryClient(RegistrySettings.of(properties), Clock.systemUTC())) {
      return new Section(title, new Registry(settings, client).look());
    } catch (KafkaException e) {
      return new Section(
          title,
          List.of(
              Finding.problem(
                  "registry",
                  "cannot be used: " + RegistryTrouble.reasons(e),
                  "check registry.url, and registry.username, registry.password and"
                      + " registry.ssl.* where it wants them")));
    }
  }

  private List<Finding> look() {
    Map<String, Schema> contracts = contracts();
    contracts.forEach(this::look);
    for (PipelineConfig pipeline : settings.pipelines()) {
      if (pipeline.output().format() == DataFormat.AVRO) {
        look(pipeline.output().subject());
      }
    }
    compatibility(List.copyOf(contracts.keySet()));
    return findings;
  }

  private Map<String, Schema> contracts() {
    TopicsConfig topics = settings.topics();
    Map<String, Schema> contracts = new LinkedHashMap<>();
    if (settings.intake().requests()) {
      contracts.put(topics.requests() + "-value", ExecutionRequest.getClassSchema());
      contracts.put(topics.results() + "-value", ExecutionResult.getClassSchema());
    }
    contracts.put(topics.violations() + "-value", Violation.getClassSchema());
    contracts.put(topics.scripts() + "-value", CatalogScript.getClassSchema());
    return contracts;
  }

  private void look(String subject, Schema schema) {
    try {
      client.lookUp(subject, schema);
      findings.add(Finding.ok(subject, "has this version's schema"));
      return;
    } catch (SchemaNotFoundException e) {
      // It may still take it.
    }
    try {
      findings.add(
          client.isCompatible(subject, schema)
              ? Finding.ok(subject, "would take this version's schema, which it has not yet")
              : Finding.problem(
                  subject,
                  "has schemas that this version's is not compatible with",
                  "use a topic of another name, or delete the subject where nobody needs it"));
    } catch (SchemaNotFoundException e) {
      findings.add(Finding.ok(subject, "not there yet: who writes first registers it"));
    } catch (SchemaRejectedException e) {
      findings.add(
          Finding.problem(
              subject,
              String.valueOf(e.getMessage()),
              "use a topic of another name, or delete the subject where nobody needs it"));
    }
  }

  private void look(String subject) {
    try {
      findings.add(Finding.ok(subject, "has version " + client.latest(subject).version()));
    } catch (SchemaNotFoundException e) {
      findings.add(
          Finding.problem(
              subject,
              "is not there, and a pipeline writes with its schema",
              "register the schema, or set the pipeline's output.subject to another"));
    } catch (SchemaRejectedException e) {
      findings.add(
          Finding.problem(
              subject, String.valueOf(e.getMessage()), "register an Avro schema under it"));
    }
  }

  private void compatibility(List<String> subjects) {
    Map<String, List<String>> byMode = new TreeMap<>();
    for (String subject : subjects) {
      byMode.computeIfAbsent(client.compatibility(subject), _ -> new ArrayList<>()).add(subject);
    }
    byMode.forEach(
        (mode, those) -> {
          String found =
              byMode.size() == 1
                  ? mode + " for all"
                  : "%s for %s".formatted(mode, String.join(", ", those));
          findings.add(
              mode.equals(NO_CHECKS)
                  ? Finding.warning(
                      "compatibility",
                      found + ": anybody may register what workers cannot read",
                      "set it to BACKWARD: PUT /config/SUBJECT {\"compatibility\": \"BACKWARD\"}")
                  : Finding.ok("compatibility", found));
        });
  }
}
