package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a batch has to keep to from its first line to its last, however often it is gone on with.
 */
final class Terms {

  private Terms() {}

  /**
   * Everything that the results depend on, or that they could not be found without, by what it is
   * called; the more telling first.
   *
   * @param batch its name
   * @param template of its requests, with the version of a script of the catalog
   */
  static Map<String, String> of(
      String batch, ExecutionRequest template, Submission.Plan plan, Configuration configuration)
      throws IOException {
    Limits limits = template.getLimits();
    Map<String, String> terms = new LinkedHashMap<>();
    terms.put("name (--batch)", batch);
    terms.put("script", script(template));
    terms.put("tenant", template.getTenant());
    terms.put("set of limits", limits == null ? "the workers' defaults" : limits.toString());
    terms.put("reuse", Objects.requireNonNullElse(template.getReuse(), Reuse.EXECUTION).toString());
    terms.put(
        "clock", Objects.requireNonNullElse(template.getClock(), ScriptClock.REQUEST).toString());
    terms.put(
        "randomness",
        Objects.requireNonNullElse(template.getRandomness(), ScriptRandomness.SEEDED).toString());
    terms.put("file of inputs", inputs(plan.inputs()));
    terms.put("format, order or file", form(plan));
    terms.put(
        "pair of topics",
        configuration.topics().requests() + ", " + configuration.topics().results());
    return terms;
  }

  private static String script(ExecutionRequest template) {
    return switch (template.getScript()) {
      case InlineScript inline -> inline.getKind() + " " + ScriptUsed.of(inline).sha256();
      case ScriptReference named -> named.getId() + " version " + named.getVersion();
      case Object other -> String.valueOf(other);
    };
  }

  private static String inputs(@Nullable Path file) throws IOException {
    return file == null
        ? "standard input"
        : "%s, %d bytes, changed last at %s"
            .formatted(file.getFileName(), Files.size(file), Files.getLastModifiedTime(file));
  }

  private static String form(Submission.Plan plan) {
    return "%s to %s%s%s%s"
        .formatted(
            plan.inputFormat(),
            plan.resultForm().format(),
            plan.resultForm().columns().isEmpty() ? "" : " " + plan.resultForm().columns(),
            plan.ordered() ? " in order" : "",
            plan.failures() == null ? "" : ", violations in " + plan.failures());
  }
}
