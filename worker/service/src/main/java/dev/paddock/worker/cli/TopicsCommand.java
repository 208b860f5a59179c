package dev.paddock.worker.cli;

import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What there is to do with topics. */
@Command(
    name = "topics",
    description = "Makes the topics that Paddock needs.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "create")
final class TopicsCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do with the topics: create");
  }

  @Command(
      name = "create",
      description =
          "Makes the topics for requests, results, violations and scripts that do not exist yet, as"
              + " topics.partitions and topics.replication say. Those that exist stay as they are."
              + " Where intake.mode is share-group, the group's configuration is prepared too.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:All topics exist now.",
        "1:Kafka did not answer or refused.",
        "2:The command line or the configuration is wrong."
      })
  int create(@Mixin ConfigurationOptions configuration) throws InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    List<String> made = Topics.create(settings);
    for (String topic : settings.topics().all()) {
      spec.commandLine()
          .getOut()
          .println(topic + (made.contains(topic) ? " created" : " exists already"));
    }
    if (settings.intake().shared()) {
      spec.commandLine()
          .getOut()
          .println("share group " + settings.intake().group() + " is prepared");
    }
    spec.commandLine().getOut().flush();
    return 0;
  }
}
