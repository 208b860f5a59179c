package dev.paddock.worker.cli;

import dev.paddock.worker.app.Worker;
import dev.paddock.worker.cli.training.TrainingBroker;
import dev.paddock.worker.cli.training.TrainingRegistry;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Timer;
import java.util.TimerTask;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import picocli.CommandLine;

/**
 * What the JVM learns the worker's start from: a worker with a sandbox runs a small batch that is
 * submitted to it, and one script is run alone. All of it is in this process or its child, on
 * loopback; it writes to the working folder, which whoever starts it deletes.
 */
final class WorkerTraining {

  private static final int INPUTS = 20;

  /** A training that hangs is none; one on a machine that has much else to do takes a minute. */
  private static final long PATIENCE_MILLIS = 180_000;

  private WorkerTraining() {}

  /** Ends with status 0, or with 1 and a last line that says why. */
  public static void main(String[] args) {
    new Timer("patience", true)
        .schedule(
            new TimerTask() {
              @Override
              public void run() {
                System.err.println("It has not ended within " + PATIENCE_MILLIS / 1000 + " s");
                Runtime.getRuntime().halt(1);
              }
            },
            PATIENCE_MILLIS);
    try {
      train();
    } catch (Exception e) {
      System.err.println(e);
      System.exit(1);
    }
    System.exit(0);
  }

  private static void train() throws IOException, InterruptedException {
    Path script = Files.writeString(Path.of("twice.js"), "({ twice: input.n * 2 })");
    Path inputs =
        Files.writeString(
            Path.of("inputs.jsonl"),
            IntStream.range(0, INPUTS)
                .mapToObj("{\"n\":%d}%n"::formatted)
                .collect(Collectors.joining()));
    // What cannot be confined here may be where it runs; nothing of it matters for this JVM.
    String confinement = "sandbox.confinement=preferred";
    try (TrainingBroker broker = new TrainingBroker();
        TrainingRegistry registry = new TrainingRegistry()) {
      String[] services = {
        "--set", "kafka.bootstrap.servers=" + broker.bootstrapServers(),
        "--set", "registry.url=" + registry.url()
      };
      Configuration configuration =
          Configuration.read(
              null,
              Map.of(),
              List.of(
                  services[1],
                  services[3],
                  confinement,
                  "pool.size=1",
                  "pool.spares=0",
                  "management.address=127.0.0.1:0"));
      try (Worker worker = Worker.start(configuration, Paddock.home())) {
        run(services, "submit", script.toString(), "--inputs", inputs.toString());
        scrape(Objects.requireNonNull(worker.managementAddress()));
      }
    }
    run(new String[] {"--set", confinement}, "run", script.toString(), "--input", "{\"n\":1}");
  }

  private static void run(String[] settings, String... arguments) {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.addAll(Arrays.asList(settings));
    int status = Paddock.commandLine().execute(command.toArray(String[]::new));
    if (status != CommandLine.ExitCode.OK) {
      throw new IllegalStateException(
          "'paddock %s' ended with status %d".formatted(arguments[0], status));
    }
  }

  private static void scrape(InetSocketAddress management)
      throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      for (String path : List.of("health/ready", "metrics")) {
        client.send(
            HttpRequest.newBuilder(
                    URI.create("http://127.0.0.1:%d/%s".formatted(management.getPort(), path)))
                .build(),
            HttpResponse.BodyHandlers.discarding());
      }
    }
  }
}
