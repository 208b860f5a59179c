package dev.paddock.worker.cli;

import dev.paddock.worker.cli.terminal.Steps;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.config.ManagementConfig;
import dev.paddock.worker.config.Secret;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Everything on one machine, kept running. */
@Command(
    name = "dev",
    description = {
      "Runs a Kafka broker, a schema registry and a worker on this machine until Ctrl-C.",
      "",
      "What they keep stays in the data folder, so that topics and schemas are there again next"
          + " time. paddock.yaml in it is the configuration for the other commands."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:Something could not start, or the worker could not go on.",
      "2:The command line or the configuration is wrong.",
      "130:Stopped by Ctrl-C."
    })
final class DevCommand implements Callable<Integer> {

  static final long PATIENCE_MILLIS = 60_000;

  private static final int TOKEN_BYTES = 12;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = ".paddock/dev",
      description = "The data folder (${DEFAULT-VALUE}).")
  private Path data = Path.of("");

  @Option(
      names = "--broker-port",
      paramLabel = "PORT",
      defaultValue = "9092",
      description = "Where the broker listens (${DEFAULT-VALUE}); 0 for a free port.")
  private int brokerPort;

  @Option(
      names = "--registry-port",
      paramLabel = "PORT",
      defaultValue = "8081",
      description = "Where the registry listens (${DEFAULT-VALUE}); 0 for a free port.")
  private int registryPort;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  private final Terminal terminal = Terminal.stdout();

  @Override
  public Integer call() throws Exception {
    LocalStack.requireHere("dev");
    Logs.toFile(data.resolve("paddock.log"));
    try (Shutdown shutdown = new Shutdown(PATIENCE_MILLIS);
        LocalStack stack =
            shutdown.whileStarting(
                () ->
                    LocalStack.start(
                        configuration,
                        data,
                        brokerPort,
                        registryPort,
                        page(),
                        new Steps(terminal)))) {
      Path file = data.resolve("paddock.yaml");
      Files.writeString(
          file,
          "kafka:%n  bootstrap.servers: %s%nregistry:%n  url: %s%n"
              .formatted(stack.bootstrapServers(), stack.registryUrl()));
      explain(stack, file);
      Thread main = Thread.currentThread();
      shutdown.onRequest(main::interrupt);
      Throwable failure = awaitEnd(stack);
      if (failure != null) {
        throw new CommandFailure("The worker cannot go on: " + failure.getMessage());
      }
      terminal.out().println("Stopping ...");
    }
    return 0;
  }

  /** Settings of a page with a workbench, where the configuration says nothing of one. */
  private List<String> page() {
    if (configuration.read().management().address() != null) {
      return List.of();
    }
    byte[] token = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(token);
    return List.of(
        "management.address=127.0.0.1:0",
        "management.token=" + HexFormat.of().formatHex(token),
        "management.workbench=true");
  }

  private static @Nullable Throwable awaitEnd(LocalStack stack) {
    try {
      return stack.worker().awaitEnd();
    } catch (InterruptedException e) {
      return null; // Ctrl-C
    }
  }

  private void explain(LocalStack stack, Path file) {
    PrintStream out = terminal.out();
    out.println();
    out.println("  broker      " + stack.bootstrapServers());
    out.println("  registry    " + stack.registryUrl());
    out.println("  topics      " + String.join(", ", stack.configuration().topicsInUse()));
    InetSocketAddress page = stack.worker().managementAddress();
    if (page != null) {
      ManagementConfig management = stack.configuration().management();
      Secret token = management.token();
      out.printf(
          "  page        %s://%s:%d/%s%n",
          management.keystore().location() == null ? "http" : "https",
          page.getHostString(),
          page.getPort(),
          token == null ? "" : "  token " + token.value());
    }
    out.println("  data, logs  " + data);
    out.println();
    out.println("  Evaluate a script over a file of inputs, from another terminal:");
    out.println(
        terminal.style(
            Style.HEADING,
            "    paddock submit SCRIPT --inputs IN.jsonl --output OUT.jsonl --config " + file));
    out.println();
    out.println("  Ctrl-C stops everything; the data stays.");
    out.flush();
  }
}
