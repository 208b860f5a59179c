package dev.paddock.worker.config;

import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.worker.Utf8;
import dev.paddock.worker.config.PipelineConfig.Output;
import dev.paddock.worker.config.PipelineConfig.PipelineScript;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes pipelines of what the sources say. A pipeline that is at fault is left out. */
final class PipelinesBuilder extends SettingReader {

  static {
    TrustedContracts.trust();
  }

  private final TopicsConfig topics;
  private final IntakeMode mode;

  PipelinesBuilder(Sources sources, Problems problems, TopicsConfig topics, IntakeMode mode) {
    super(sources, problems);
    this.topics = topics;
    this.mode = mode;
  }

  List<PipelineConfig> build() {
    Set<String> names = new TreeSet<>();
    for (String key : sources.keys().keySet()) {
      String name = PipelineSettings.nameIn(key);
      if (name != null) {
        names.add(name);
      }
    }
    List<PipelineConfig> pipelines = new ArrayList<>();
    for (String name : names) {
      PipelineSettings settings = new PipelineSettings(name);
      refuseUnknownKeys(name, settings);
      PipelineConfig pipeline = build(name, settings);
      if (pipeline != null) {
        pipelines.add(pipeline);
      }
    }
    return withoutConflicts(pipelines);
  }

  private void refuseUnknownKeys(String name, PipelineSettings settings) {
    List<String> known = settings.all().stream().map(Setting::name).toList();
    sources
        .keys()
        .forEach(
            (key, origin) -> {
              if (name.equals(PipelineSettings.nameIn(key)) && !known.contains(key)) {
                problems.add(
                    "%s (from %s) is unknown; did you mean %s?"
                        .formatted(key, origin, NearestName.of(key, known)));
              }
            });
  }

  private @Nullable PipelineConfig build(String name, PipelineSettings settings) {
    String from = topic(settings.from);
    String to = topic(settings.to);
    PipelineScript script = script(settings);
    Output output = output(settings, to == null ? "" : to);
    Reuse reuse = constant(Reuse.class, settings.reuse);
    if (reuse == Reuse.SCRIPT
        && script instanceof PipelineScript.FromFile(InlineScript file)
        && file.getKind() != ScriptKind.MODULE) {
      problems.add(
          "%s is script (from %s), but %s is '%s', which is no ES module; let the file's name end in .mjs and export a function by default, or leave this out"
              .formatted(
                  settings.reuse.name(),
                  origin(settings.reuse),
                  settings.scriptFile.name(),
                  get(settings.scriptFile)));
    }
    Ordering ordering = ordering(settings.ordering);
    Limits asked = limits(settings);
    if (from == null || to == null || script == null) {
      return null;
    }
    return new PipelineConfig(
        name,
        from,
        to,
        get(settings.tenant),
        script,
        ordering,
        constant(DataFormat.class, settings.inputFormat),
        output,
        reuse,
        constant(ScriptClock.class, settings.clock),
        constant(ScriptRandomness.class, settings.randomness),
        asked);
  }

  /** A topic that is not one of Paddock's own, or null. */
  private @Nullable String topic(Setting<String> setting) {
    String topic = find(setting);
    if (topic == null) {
      Sources.Found found = sources.find(setting.name());
      if (found == null || found.text().isEmpty()) {
        problems.add(
            "%s is not set; it must be %s".formatted(setting.name(), setting.type().allowed()));
      }
      return null;
    }
    if (topics.all().contains(topic)) {
      problems.add(
          "%s is '%s' (from %s), which is one of Paddock's own topics; it must be another"
              .formatted(setting.name(), topic, origin(setting)));
      return null;
    }
    return topic;
  }

  private @Nullable PipelineScript script(PipelineSettings settings) {
    String file = find(settings.scriptFile);
    String id = find(settings.scriptId);
    Long version = find(settings.scriptVersion);
    if ((file == null) == (id == null)) {
      problems.add(
          "%s and %s are %s set; set one of them"
              .formatted(
                  settings.scriptFile.name(),
                  settings.scriptId.name(),
                  file == null ? "not" : "both"));
      return null;
    }
    if (id != null) {
      return new PipelineScript.FromCatalog(
          new ScriptReference(id, version == null ? null : Math.toIntExact(version)));
    }
    if (version != null) {
      problems.add(
          "%s is %d (from %s), but only scripts of the catalog have versions; leave it out, or set %s"
              .formatted(
                  settings.scriptVersion.name(),
                  version,
                  origin(settings.scriptVersion),
                  settings.scriptId.name()));
    }
    return file == null ? null : fromFile(settings, file);
  }

  private @Nullable PipelineScript fromFile(PipelineSettings settings, String file) {
    Setting<String> setting = settings.scriptFile;
    Setting<Long> limit =
        find(settings.sourceBytes()) == null
            ? Settings.DEFAULTS.sourceBytes
            : settings.sourceBytes();
    String reason;
    try {
      byte[] bytes = Files.readAllBytes(Path.of(file));
      int most = integer(limit);
      String source = bytes.length <= most ? Utf8.textOf(bytes) : null;
      if (source != null) {
        ScriptKind kind = file.endsWith(".mjs") ? ScriptKind.MODULE : ScriptKind.SCRIPT;
        String shown = String.valueOf(Path.of(file).getFileName());
        return new PipelineScript.FromFile(new InlineScript(shown, kind, source, Map.of()));
      }
      reason =
          bytes.length <= most
              ? "it is not UTF-8 text"
              : "it has %d bytes; %s allows %d".formatted(bytes.length, limit.name(), most);
    } catch (NoSuchFileException e) {
      reason = "there is no such file below " + Path.of("").toAbsolutePath();
    } catch (AccessDeniedException e) {
      reason = "permission denied";
    } catch (IOException | IllegalArgumentException e) {
      reason = e.toString();
    }
    problems.add(
        "%s is '%s' (from %s), which cannot be used: %s"
            .formatted(setting.name(), file, origin(setting), reason));
    return null;
  }

  private Output output(PipelineSettings settings, String to) {
    DataFormat format = constant(DataFormat.class, settings.outputFormat);
    String subject = find(settings.outputSubject);
    if (subject != null && format != DataFormat.AVRO) {
      problems.add(
          "%s is '%s' (from %s), but %s is %s; leave it out, or write avro"
              .formatted(
                  settings.outputSubject.name(),
                  subject,
                  origin(settings.outputSubject),
                  settings.outputFormat.name(),
                  get(settings.outputFormat)));
    }
    return new Output(
        format,
        subject == null ? to + "-value" : subject,
        truth(settings.outputEnvelope),
        truth(settings.outputSeveral));
  }

  /** A share group keeps no order, so there a default that wants one does not count. */
  private Ordering ordering(Setting<String> setting) {
    Ordering ordering = constant(Ordering.class, setting);
    if (mode == IntakeMode.PARTITIONS || ordering == Ordering.NONE) {
      return ordering;
    }
    if (sources.find(setting.name()) != null) {
      problems.add(
          "%s is %s (from %s); with intake.mode share-group it must be none, since a share group keeps no order. Leave it out, or set intake.mode to partitions"
              .formatted(setting.name(), get(setting), origin(setting)));
    }
    return Ordering.NONE;
  }

  /** What is asked for, or null where nothing is. */
  private @Nullable Limits limits(PipelineSettings settings) {
    List<@Nullable Long> values = new ArrayList<>();
    for (int i = 0; i < settings.limits.size(); i++) {
      Setting<Long> setting = settings.limits.get(i);
      Setting<Long> ceiling = Settings.CEILINGS.all().get(i);
      Long value = find(setting);
      if (value != null && value > get(ceiling)) {
        problems.add(
            "%s is %d (from %s); it must not be above %s, which is %d (from %s)"
                .formatted(
                    setting.name(),
                    value,
                    origin(setting),
                    ceiling.name(),
                    get(ceiling),
                    origin(ceiling)));
      }
      values.add(value);
    }
    if (values.stream().allMatch(Objects::isNull)) {
      return null;
    }
    return new Limits(
        values.get(0),
        values.get(1),
        values.get(2),
        values.get(3),
        values.get(4),
        values.get(5),
        integer(values.get(6)),
        integer(values.get(7)),
        values.get(8),
        values.get(9));
  }

  private static @Nullable Integer integer(@Nullable Long value) {
    return value == null ? null : Math.toIntExact(value);
  }

  /** A record belongs to one pipeline, and must not come back to where it was. */
  private List<PipelineConfig> withoutConflicts(List<PipelineConfig> pipelines) {
    Map<String, PipelineConfig> bySource = new HashMap<>();
    for (PipelineConfig pipeline : pipelines) {
      PipelineConfig other = bySource.putIfAbsent(pipeline.from(), pipeline);
      if (other != null) {
        problems.add(
            "pipelines.%s.from and pipelines.%s.from are both '%s'; in one worker a topic has one pipeline. Run the other in a worker with an intake.group of its own"
                .formatted(other.name(), pipeline.name(), pipeline.from()));
      }
    }
    for (PipelineConfig pipeline : bySource.values()) {
      Set<String> passed = new LinkedHashSet<>();
      PipelineConfig next = pipeline;
      while (next != null && passed.add(next.from())) {
        next = bySource.get(next.to());
      }
      // Said of the first of a circle's topics, so that it is said once.
      if (pipeline.equals(next) && pipeline.from().equals(Collections.min(passed))) {
        problems.add(
            "Pipelines lead from %s back to %s, and would never end; change a from or a to"
                .formatted(String.join(" to ", passed), pipeline.from()));
      }
    }
    return pipelines.stream().filter(one -> one.equals(bySource.get(one.from()))).toList();
  }
}
