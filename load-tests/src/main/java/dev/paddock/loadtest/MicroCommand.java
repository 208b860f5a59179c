package dev.paddock.loadtest;

import dev.paddock.loadtest.micro.Micro;
import dev.paddock.loadtest.micro.Plan;
import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.worker.cli.CommandExtension;
import dev.paddock.worker.cli.CommandFailure;
import dev.paddock.worker.cli.Paddock;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Measures single parts of Paddock on the machine at hand. */
@Command(
    name = "micro",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures parts of Paddock by themselves, with JMH: contexts, conversion of input and output,",
      "frames between worker and sandbox, ledger, dispatcher and serializers.",
      "",
      "Each benchmark runs in JVMs of its own, with the options of a sandbox or of a worker,",
      "whichever it is a part of. Times are wall-clock; ± is half of the 99.9 %% confidence interval."
    })
public final class MicroCommand implements CommandExtension, Callable<Integer> {

  private static final int MOST_FORKS = 20;
  private static final int MOST_ITERATIONS = 100;
  private static final int MOST_MILLIS = 60_000;

  @Parameters(
      arity = "0..1",
      paramLabel = "PATTERN",
      description =
          "Only benchmarks whose name has this in it, a regular expression such as Ledger or"
              + " Frame.*encode; all where there is none.")
  private String pattern = "";

  @Option(
      names = "--forks",
      paramLabel = "N",
      description =
          "JVMs that run each benchmark; 0 for all in one, which is quick and inexact. Default:"
              + " ${DEFAULT-VALUE}.")
  private int forks = 1;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      description = "Iterations before, which do not count. Default: ${DEFAULT-VALUE}.")
  private int warmUp = 5;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Iterations that count. Default: ${DEFAULT-VALUE}.")
  private int iterations = 5;

  @Option(
      names = "--millis",
      paramLabel = "N",
      description = "How long an iteration lasts. Default: ${DEFAULT-VALUE}.")
  private int millis = 1_000;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the results there, as JSON.")
  private @Nullable Path file;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Plan plan =
        new Plan(
            chosen(),
            Counts.within("--forks", forks, 0, MOST_FORKS),
            Counts.within("--warm-up", warmUp, 0, MOST_ITERATIONS),
            Counts.positive("--iterations", iterations, MOST_ITERATIONS),
            Counts.positive("--millis", millis, MOST_MILLIS),
            file == null ? "" : file.toAbsolutePath().toString());
    System.out.println(Machine.description());
    System.out.flush();
    Process process = new ProcessBuilder(command(plan)).inheritIO().start();
    // A measurement that is stopped must not leave it behind.
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    return process.waitFor();
  }

  private List<String> chosen() {
    List<String> names;
    try {
      names = Plan.matching(Pattern.compile(pattern));
    } catch (PatternSyntaxException e) {
      throw CommandFailure.usage(
          "The pattern \"%s\" is no regular expression: %s".formatted(pattern, e.getDescription()));
    }
    if (names.isEmpty()) {
      throw CommandFailure.usage(
          "No benchmark's name has \"%s\" in it; there are %s"
              .formatted(pattern, String.join(", ", Plan.matching(Pattern.compile("")))));
    }
    return names;
  }

  /** At first the sandbox's class path, as its start cache asks. */
  private static List<String> command(Plan plan) {
    Path home = Paddock.home();
    String sandbox =
        SandboxJvm.in(home.resolve("sandbox")).jars().stream()
            .map(Path::toString)
            .collect(Collectors.joining(File.pathSeparator));
    List<String> command = new ArrayList<>();
    command.add(SandboxJvm.javaHome().resolve("bin/java").toString());
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            // JMH's own lock is a file that all users of a machine share.
            "-Djmh.ignoreLock=true",
            "-Dpolyglotimpl.AttachLibraryFailureAction=ignore",
            "-Dpaddock.home=" + home,
            "-cp",
            sandbox + File.pathSeparator + System.getProperty("java.class.path"),
            Micro.class.getName()));
    command.addAll(plan.arguments());
    return command;
  }
}
