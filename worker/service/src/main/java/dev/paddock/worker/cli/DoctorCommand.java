package dev.paddock.worker.cli;

import dev.paddock.worker.cli.doctor.Brokers;
import dev.paddock.worker.cli.doctor.Machine;
import dev.paddock.worker.cli.doctor.Registry;
import dev.paddock.worker.cli.doctor.Report;
import dev.paddock.worker.cli.doctor.Sandboxes;
import dev.paddock.worker.cli.doctor.Section;
import dev.paddock.worker.cli.terminal.Terminal;
import dev.paddock.worker.config.Configuration;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whether a worker would do well here. */
@Command(
    name = "doctor",
    description = {
      "Looks whether a worker would do well with this configuration: the JDK, memory against the"
          + " pool, a sandbox and how the operating system confines it, Kafka, its topics and what"
          + " this user may do there, the schema registry, the clock. Says what to do where something is not as it should be.",
      "",
      "Changes nothing, but that Kafka remembers a transactional id for a week where"
          + " delivery.guarantee is exactly-once; takes some ten seconds at most where something does not answer. What is"
          + " marked with * a sandbox must have where sandbox.confinement is 'required'."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:There is no problem; there may be warnings.",
      "1:There is a problem.",
      "2:The command line or the configuration is wrong."
    })
final class DoctorCommand implements Callable<Integer> {

  @Option(names = "--offline", description = "Leave Kafka and the registry out.")
  private boolean offline;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  @Override
  public Integer call() throws InterruptedException {
    Logs.errorsOnly();
    Configuration settings = configuration.read();
    Path home = Paddock.home();
    List<Callable<List<Section>>> parts = new ArrayList<>();
    parts.add(() -> List.of(Machine.examine(settings, home)));
    parts.add(() -> List.of(Sandboxes.examine(settings, home)));
    if (!offline) {
      parts.add(() -> Brokers.examine(settings));
      parts.add(() -> List.of(Registry.examine(settings)));
    }
    Report report = new Report(atTheSameTime(parts));
    report.print(Terminal.stdout());
    return report.hasProblems() ? 1 : 0;
  }

  /** What does not answer holds up nothing else. */
  private static List<Section> atTheSameTime(List<Callable<List<Section>>> parts)
      throws InterruptedException {
    List<Section> sections = new ArrayList<>();
    try (Shutdown _ = new Shutdown(0);
        ExecutorService threads = Executors.newFixedThreadPool(parts.size())) {
      for (Future<List<Section>> part : threads.invokeAll(parts)) {
        sections.addAll(part.get());
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("Something could not be looked at", e.getCause());
    }
    return sections;
  }
}
