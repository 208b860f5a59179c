package dev.paddock.worker.cli;

import dev.paddock.local.LocalServiceException;
import dev.paddock.worker.Release;
import dev.paddock.worker.app.StartException;
import dev.paddock.worker.cli.batch.BatchRefusedException;
import dev.paddock.worker.config.ConfigurationException;
import dev.paddock.worker.config.LogFormat;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The program that the launcher starts. */
@Command(
    name = "paddock",
    description = "Runs untrusted JavaScript from Kafka in isolated, bounded sandbox processes.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    versionProvider = Paddock.Version.class,
    sortOptions = false,
    footer = {"", "'paddock COMMAND --help' tells more. New here? Start with: paddock demo"})
public final class Paddock implements Runnable {

  /** By their names, in the order in which the help has them. */
  private static final Map<String, Class<?>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand.class);
    COMMANDS.put("dev", DevCommand.class);
    COMMANDS.put("worker", WorkerCommand.class);
    COMMANDS.put("run", RunCommand.class);
    COMMANDS.put("submit", SubmitCommand.class);
    COMMANDS.put("replay", ReplayCommand.class);
    COMMANDS.put("scripts", ScriptsCommand.class);
    COMMANDS.put("topics", TopicsCommand.class);
    COMMANDS.put("config", ConfigCommand.class);
    COMMANDS.put("doctor", DoctorCommand.class);
    COMMANDS.put("prepare", PrepareCommand.class);
  }

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Show the whole error where something fails.")
  private boolean verbose;

  @Spec private @Nullable CommandSpec spec;

  private Paddock() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(commandLine(args).execute(args));
  }

  /**
   * A parser for these arguments: of the one command that they begin with, since a third of a
   * worker's way to its first sandbox would go into making all; of every command where they begin
   * with something else.
   */
  static CommandLine commandLine(String... args) {
    Paddock paddock = new Paddock();
    CommandLine commandLine = new CommandLine(paddock);
    Class<?> only = args.length == 0 ? null : COMMANDS.get(args[0]);
    if (only != null) {
      commandLine.addSubcommand(only);
    } else {
      COMMANDS.values().forEach(commandLine::addSubcommand);
      ServiceLoader.load(CommandExtension.class).forEach(commandLine::addSubcommand);
    }
    commandLine.setExecutionExceptionHandler(paddock::report);
    commandLine.setParameterExceptionHandler(Paddock::reportUsage);
    commandLine.setCaseInsensitiveEnumValuesAllowed(true);
    commandLine.setUsageHelpAutoWidth(false);
    commandLine.setUsageHelpWidth(100);
    if (!LocalStack.isHere()) {
      forRelease(commandLine);
    }
    return commandLine;
  }

  private static void forRelease(CommandLine commandLine) {
    commandLine
        .getSubcommands()
        .forEach(
            (name, command) ->
                command.getCommandSpec().usageMessage().hidden(LocalStack.COMMANDS.contains(name)));
    commandLine
        .getCommandSpec()
        .usageMessage()
        .footer(
            "",
            "'paddock COMMAND --help' tells more. The commands demo and dev, and those that measure",
            "(bench, load and others), are in a checkout of the sources.");
  }

  /**
   * Where the launcher finds what it runs: lib/ and sandbox/, and in a checkout of the sources
   * broker/ and registry/.
   */
  public static Path home() {
    String home = System.getProperty("paddock.home");
    if (home == null) {
      throw new CommandFailure("The system property paddock.home is not set; start ./paddock");
    }
    return Path.of(home);
  }

  @Override
  public void run() {
    CommandLine commandLine = Objects.requireNonNull(spec).commandLine();
    commandLine.usage(commandLine.getOut());
  }

  private int report(Exception failure, CommandLine command, ParseResult arguments) {
    PrintWriter err = command.getErr();
    if (LogLine.format() == LogFormat.JSON) {
      // Whoever reads standard error then reads JSON alone.
      LoggerFactory.getLogger(Paddock.class).error(message(failure), verbose ? failure : null);
    } else if (verbose) {
      failure.printStackTrace(err);
    } else {
      err.println("paddock: " + message(failure));
    }
    err.flush();
    return switch (failure) {
      case CommandFailure known -> known.exitCode();
      case ConfigurationException _ -> CommandLine.ExitCode.USAGE;
      case BatchRefusedException _ -> CommandLine.ExitCode.USAGE;
      case StartException _ -> CommandLine.ExitCode.SOFTWARE;
      case LocalServiceException _ -> CommandLine.ExitCode.SOFTWARE;
      default -> {
        LoggerFactory.getLogger(Paddock.class).error("The command failed", failure);
        yield CommandLine.ExitCode.SOFTWARE;
      }
    };
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    boolean saysItAll =
        failure instanceof CommandFailure
            || failure instanceof ConfigurationException
            || failure instanceof BatchRefusedException
            || failure instanceof StartException
            || failure instanceof LocalServiceException;
    if (saysItAll) {
      return String.valueOf(message);
    }
    Throwable cause = failure.getCause();
    String first = message == null ? failure.getClass().getSimpleName() : message;
    String because =
        cause == null || cause.getMessage() == null || first.contains(cause.getMessage())
            ? ""
            : ": " + cause.getMessage();
    return first + because + " (--verbose shows where)";
  }

  private static int reportUsage(ParameterException failure, String[] args) {
    CommandLine command = failure.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("paddock: " + failure.getMessage());
    err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
    err.flush();
    return CommandLine.ExitCode.USAGE;
  }

  /** The versions of what decides how scripts run. */
  static final class Version implements CommandLine.IVersionProvider {

    @Override
    public String[] getVersion() {
      return new String[] {
        "Paddock " + Release.VERSION,
        "GraalJS " + Release.GRAALJS_VERSION,
        "Java " + Runtime.version() + ", " + System.getProperty("os.name")
      };
    }
  }
}
