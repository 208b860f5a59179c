package dev.paddock.worker.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.config.EffectiveValue;
import dev.paddock.worker.config.NearestName;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the configuration comes to. */
@Command(
    name = "config",
    description = {
      "Shows what a worker would be configured with here: every key with its value and who has set"
          + " it. Secrets are hidden.",
      "",
      "Refuses what a worker would refuse, with the same words."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:The configuration is right.",
      "2:The command line or the configuration is wrong, or no key is like what was asked for."
    })
final class ConfigCommand implements Callable<Integer> {

  /** How the answer is written. */
  enum Form {
    TABLE,
    JSON
  }

  @Parameters(
      paramLabel = "PART",
      arity = "0..*",
      description = "Only keys that have this in them, such as pool or ssl.")
  private List<String> parts = List.of();

  @Option(names = "--changed", description = "Only what is not the default.")
  private boolean changed;

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description = "table, or json for programs: an array of objects. The default is table.")
  private Form form = Form.TABLE;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    Logs.errorsOnly();
    List<EffectiveValue> all = configuration.effective();
    parts.forEach(part -> requireLike(part, all));
    List<EffectiveValue> chosen =
        all.stream()
            .filter(one -> parts.isEmpty() || parts.stream().anyMatch(one.key()::contains))
            .filter(one -> !(changed && one.standard()))
            .toList();
    PrintWriter out = spec.commandLine().getOut();
    switch (form) {
      case TABLE -> table(chosen).lines().forEach(out::println);
      case JSON -> out.println(json(chosen));
    }
    out.flush();
    return 0;
  }

  private static void requireLike(String part, List<EffectiveValue> all) {
    List<String> keys = all.stream().map(EffectiveValue::key).toList();
    if (keys.stream().noneMatch(key -> key.contains(part))) {
      throw CommandFailure.usage(
          "No key has '%s' in it; did you mean %s?".formatted(part, NearestName.of(part, keys)));
    }
  }

  private static Table table(List<EffectiveValue> values) {
    Table table = new Table(Table.Align.LEFT);
    table.row("KEY", "VALUE", "FROM");
    for (EffectiveValue one : values) {
      String value = one.value() == null ? "" : one.value().replace("\n", "\\n");
      table.row(one.key(), Terminal.harmless(value), one.origin());
    }
    return table;
  }

  private static String json(List<EffectiveValue> values) throws JsonProcessingException {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode array = mapper.createArrayNode();
    for (EffectiveValue one : values) {
      array
          .addObject()
          .put("key", one.key())
          .put("value", one.value())
          .put("origin", one.origin())
          .put("default", one.standard())
          .put("secret", one.secret());
    }
    return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(array);
  }
}
