package dev.paddock.worker.config;

import dev.paddock.worker.config.ValueType.Choice;
import dev.paddock.worker.config.ValueType.Text;
import dev.paddock.worker.config.ValueType.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The keys of one pipeline. */
final class PipelineSettings {

  private static final Pattern KEY = Pattern.compile("pipelines\\.([A-Za-z0-9_-]{1,100})\\..+");

  private static final Choice FORMATS = new Choice(List.of("json", "string", "avro"));

  /** As documentation shows them. */
  static final PipelineSettings SHOWN = new PipelineSettings("NAME");

  private final String prefix;
  private final List<Setting<?>> all = new ArrayList<>();

  final Setting<String> from;
  final Setting<String> to;
  final Setting<String> scriptFile;
  final Setting<String> scriptId;
  final Setting<Long> scriptVersion;
  final Setting<String> tenant;
  final Setting<String> ordering;
  final Setting<String> inputFormat;
  final Setting<String> outputFormat;
  final Setting<String> outputSubject;
  final Setting<String> outputEnvelope;
  final Setting<String> outputSeveral;
  final Setting<String> reuse;
  final Setting<String> clock;
  final Setting<String> randomness;
  final List<Setting<Long>> limits;

  PipelineSettings(String name) {
    prefix = "pipelines." + name + ".";
    from =
        add(
            "from",
            Text.TOPIC,
            null,
            "",
            "Topic that the pipeline reads. NAME is yours: letters, digits, '_' and '-'.");
    to = add("to", Text.TOPIC, null, "", "Topic that it writes.");
    scriptFile =
        add(
            "script.file",
            Text.ANY,
            null,
            "",
            "File of its script; one that ends in `.mjs` is an ES module. Read when the worker"
                + " starts.");
    scriptId = add("script.id", Text.NAME, null, "", "Instead, a script of the catalog.");
    scriptVersion =
        add(
            "script.version",
            new Whole(1, Integer.MAX_VALUE, ""),
            null,
            "the latest, as it changes",
            "Its version.");
    tenant =
        add(
            "tenant",
            Text.ANY,
            "default",
            "`default`",
            "On whose behalf the script runs, and in whose catalog it is.");
    ordering =
        add(
            "ordering",
            new Choice(List.of("none", "key", "partition")),
            "key",
            "`key`",
            "Which of its records go one after another, as for requests.");
    inputFormat =
        add("input.format", FORMATS, "json", "`json`", "How the values that it reads are written.");
    outputFormat =
        add("output.format", FORMATS, "json", "`json`", "How the values that it writes are.");
    outputSubject =
        add(
            "output.subject",
            Text.ANY,
            null,
            "`to` and `-value`",
            "Subject whose latest schema `avro` is written with.");
    outputEnvelope =
        add(
            "output.envelope",
            Choice.TRUTH,
            "false",
            "`false`",
            "Whether the script gives `{value, key, headers}` instead of the value alone.");
    outputSeveral =
        add(
            "output.several",
            Choice.TRUTH,
            "false",
            "`false`",
            "Whether an array that it gives is several records.");
    reuse =
        add(
            "reuse",
            new Choice(List.of("execution", "script")),
            "execution",
            "`execution`",
            "Whether each record has a fresh context, or its script, which must be an ES module, is"
                + " evaluated once and called for each.");
    clock =
        add(
            "clock",
            new Choice(List.of("request", "system")),
            "request",
            "`request`",
            "What `Date` shows: the record's timestamp, going on with what the script waits for, or"
                + " the machine's time.");
    randomness =
        add(
            "randomness",
            new Choice(List.of("seeded", "system")),
            "seeded",
            "`seeded`",
            "Where random numbers are from: the record's topic, partition and offset, or the"
                + " system.");
    limits = Settings.CEILINGS.all().stream().map(this::limit).toList();
  }

  /** The one of its limits that its script's file is held to. */
  Setting<Long> sourceBytes() {
    return limits.get(Settings.CEILINGS.all().indexOf(Settings.CEILINGS.sourceBytes));
  }

  /** Every key, in the order in which documentation shows them. */
  List<Setting<?>> all() {
    return all;
  }

  /** Whether a key has the form of a pipeline's. */
  static boolean isOfAPipeline(String key) {
    return KEY.matcher(key).matches();
  }

  /** The name in a pipeline's key, or null where it is none. */
  static @Nullable String nameIn(String key) {
    Matcher matcher = KEY.matcher(key);
    return matcher.matches() ? matcher.group(1) : null;
  }

  private Setting<Long> limit(Setting<Long> ceiling) {
    String suffix = ceiling.name().substring("limits.ceiling.".length());
    return add(
        "limits." + suffix,
        ceiling.type(),
        null,
        "`limits.default." + suffix + "`",
        ceiling.description().replace(Settings.CEILING_ROLE, "for its script"));
  }

  private <T> Setting<T> add(
      String name,
      ValueType<T> type,
      @Nullable String standard,
      String shownStandard,
      String description) {
    Setting<T> setting = new Setting<>(prefix + name, type, standard, shownStandard, description);
    all.add(setting);
    return setting;
  }
}
