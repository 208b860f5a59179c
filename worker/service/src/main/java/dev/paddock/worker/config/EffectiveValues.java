package dev.paddock.worker.config;

import static dev.paddock.worker.config.Settings.KAFKA_PREFIX;

import dev.paddock.worker.config.Sources.Found;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What holds for every key, and who said so. */
public final class EffectiveValues {

  private final Sources sources;
  private final Configuration configuration;
  private final List<EffectiveValue> values = new ArrayList<>();

  private EffectiveValues(Sources sources, Configuration configuration) {
    this.sources = sources;
    this.configuration = configuration;
  }

  /**
   * Reads a configuration, as {@link Configuration#read} does.
   *
   * @return every key that Paddock knows, Kafka's and pipelines' keys that are set among them, in
   *     the order of the reference
   * @throws ConfigurationException naming everything that is wrong
   */
  public static List<EffectiveValue> read(
      @Nullable Path file, Map<String, String> environment, List<String> assignments) {
    Problems problems = new Problems();
    Sources sources = Sources.read(file, environment, assignments, problems);
    return new EffectiveValues(sources, Configuration.build(sources, environment, problems)).list();
  }

  private List<EffectiveValue> list() {
    for (Setting<?> setting : Settings.ALL) {
      if (setting.equals(Settings.GUARANTEE)) {
        adapted(setting, configuration.delivery().guarantee());
      } else {
        add(setting);
      }
      if (setting.equals(Settings.BOOTSTRAP_SERVERS)) {
        addKafkasOwn();
      }
    }
    for (PipelineConfig pipeline : configuration.pipelines()) {
      PipelineSettings settings = new PipelineSettings(pipeline.name());
      for (Setting<?> setting : settings.all()) {
        if (setting.equals(settings.ordering)) {
          adapted(setting, pipeline.ordering());
        } else {
          add(setting);
        }
      }
    }
    return List.copyOf(values);
  }

  private void add(Setting<?> setting) {
    Found found = sources.find(setting);
    if (found != null) {
      add(setting.name(), found);
      return;
    }
    String shown = setting.shownStandard().replace("`", "");
    boolean plain = shown.isEmpty() || shown.equals(setting.standard());
    addStandard(setting, setting.standard(), plain ? "" : shown);
  }

  /** A default that gives way where a share group could not keep it. */
  private void adapted(Setting<?> setting, Enum<?> held) {
    String text = held.name().toLowerCase(Locale.ROOT).replace('_', '-');
    if (sources.find(setting.name()) != null || text.equals(setting.standard())) {
      add(setting);
    } else {
      addStandard(setting, text, "with intake.mode share-group");
    }
  }

  private void addStandard(Setting<?> setting, @Nullable String value, String remark) {
    String origin = remark.isEmpty() ? "default" : "default: " + remark;
    values.add(new EffectiveValue(setting.name(), value, origin, true, setting.secret()));
  }

  private void addKafkasOwn() {
    for (String key : sources.keys().keySet()) {
      Found found = sources.find(key);
      if (key.startsWith(KAFKA_PREFIX)
          && !key.equals(Settings.BOOTSTRAP_SERVERS.name())
          && found != null) {
        add(key, found);
      }
    }
  }

  private void add(String key, Found found) {
    values.add(
        new EffectiveValue(
            key, Secret.shown(key, found.text()), found.origin(), false, Secret.isSecretName(key)));
  }
}
