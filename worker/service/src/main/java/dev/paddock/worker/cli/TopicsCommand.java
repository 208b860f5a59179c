package dev.paddock.worker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What there is to do with topics. */
@Command(
    name = "topics",
    description = "Makes the topics that Paddock needs, sends records and shows them.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "(create | send | show)")
final class TopicsCommand implements Runnable {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "Say what to do with topics: create, send or show");
  }

  @Command(
      name = "create",
      description =
          "Makes the topics for requests, results, violations, scripts and pipelines that do not exist"
              + " yet, as topics.partitions and topics.replication say. Those that exist stay as they are."
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
    List<String> topics = new ArrayList<>(settings.topicsInUse());
    topics.add(settings.topics().scripts());
    for (String topic : topics) {
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

  @Command(
      name = "send",
      description = "Sends each line of standard input to a topic, as a record with that value.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:All were sent.",
        "1:Kafka did not answer or refused.",
        "2:The command line, the configuration or a line is wrong."
      })
  int send(
      @Parameters(paramLabel = "TOPIC") String topic,
      @Option(
              names = "--key-separator",
              paramLabel = "TEXT",
              description = "Lines begin with a key and this; without it, records have no key.")
          @Nullable String separator,
      @Mixin ConfigurationOptions configuration)
      throws IOException, InterruptedException {
    Logs.errorsOnly();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, UTF_8));
    int sent = new TopicRecords(configuration.read(), topic).send(lines, separator);
    PrintWriter out = spec.commandLine().getOut();
    out.println(sent + " sent to " + topic);
    out.flush();
    return 0;
  }

  @Command(
      name = "show",
      description =
          "Prints what is committed in a topic by now, a record per line, as JSON: key, value and,"
              + " where there are any, headers. Avro is shown as pipelines' scripts see it; what is"
              + " neither JSON nor text, as base64.",
      mixinStandardHelpOptions = true,
      exitCodeListHeading = "%nExit codes:%n",
      exitCodeList = {
        "0:All was shown.",
        "1:There is no such topic, or Kafka or the registry did not answer or refused.",
        "2:The command line or the configuration is wrong."
      })
  int show(
      @Parameters(paramLabel = "TOPIC") String topic, @Mixin ConfigurationOptions configuration) {
    Logs.errorsOnly();
    PrintWriter out = spec.commandLine().getOut();
    new TopicRecords(configuration.read(), topic).show(out);
    out.flush();
    return 0;
  }
}
