package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.cli.terminal.Table;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.cli.terminal.Terminal.Style;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.Isolation;
import dev.paddock.worker.config.PoolConfig;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** What confines a sandbox on this machine. */
@Command(
    name = "doctor",
    description = {
      "Starts one sandbox and shows how the operating system confines it, and where it does not,"
          + " why.",
      "",
      "Needs no Kafka. What is marked with * a sandbox must have where sandbox.confinement is"
          + " 'required'."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:Sandboxes can run as sandbox.confinement says.",
      "1:They cannot: something essential is missing, or none starts.",
      "2:The command line or the configuration is wrong."
    })
final class DoctorCommand implements Callable<Integer> {

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  @Override
  public Integer call() throws IOException, InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Confinement asked = settings.pool().sandbox().confinement();
    List<Protection> protections = examine(settings);
    Terminal terminal = Terminal.stdout();
    PrintStream out = terminal.out();
    out.printf(
        "Sandboxes on %s %s, %s; Java %s; sandbox.confinement is %s%n",
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.version(),
        asked.name().toLowerCase(Locale.ROOT));
    if (asked == Confinement.OFF) {
      out.println("Nothing is confined, because it is switched off.");
      return 0;
    }
    if (settings.pool().isolation() == Isolation.CONTEXT) {
      out.println("Nothing is confined, because pool.isolation is context.");
      return 0;
    }
    table(protections).lines().forEach(out::println);
    List<String> missing = Protection.missingEssentials(protections);
    if (missing.isEmpty()) {
      out.println(terminal.style(Style.GOOD, "Everything essential is in force."));
      return 0;
    }
    boolean refused = asked == Confinement.REQUIRED;
    out.println(
        terminal.style(
            Style.BAD,
            "Missing: %s. %s"
                .formatted(
                    String.join(", ", missing),
                    refused
                        ? "No script runs like this; sandbox.confinement=preferred would allow it."
                        : "Scripts run all the same, since sandbox.confinement is preferred.")));
    return refused ? 1 : 0;
  }

  private static List<Protection> examine(Configuration settings)
      throws IOException, InterruptedException {
    Confinement asked = settings.pool().sandbox().confinement();
    PoolConfig one = settings.pool().single();
    // To see what is missing, a sandbox has to start without it.
    PoolConfig config =
        asked == Confinement.REQUIRED ? one.withConfinement(Confinement.PREFERRED) : one;
    SandboxCommand command =
        SandboxCommand.of(Paddock.home(), settings.limits().ceilings().heapBytes());
    try (Shutdown _ = new Shutdown(0);
        SandboxPool pool = new SandboxPool(command, config)) {
      pool.awaitReady(config.startTimeout());
      return pool.protections();
    } catch (IllegalStateException e) {
      throw new CommandFailure(String.valueOf(e.getMessage()));
    }
  }

  private static Table table(List<Protection> protections) {
    Table table = new Table(Table.Align.LEFT);
    table.row("PROTECTION", "IN FORCE", "");
    for (Protection protection : protections) {
      Protection.Kind kind = protection.kind();
      table.row(
          kind.label() + (kind.isEssential() ? " *" : ""),
          protection.inForce() ? "yes" : "no",
          protection.detail());
    }
    return table;
  }
}
