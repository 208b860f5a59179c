package dev.paddock.worker.cli;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.app.Worker;
import dev.paddock.worker.cli.terminal.Steps;
import dev.paddock.worker.config.Configuration;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A broker, a registry and a worker on this machine, for the demo and for development. */
final class LocalStack implements AutoCloseable {

  /** The commands that start one. */
  static final Set<String> COMMANDS = Set.of("demo", "dev");

  /** Who presses Ctrl-C here does not wait for what is queued; it stays in its topic. */
  private static final String DRAIN = "intake.drain.ms=1000";

  private final LocalServices services;
  private final Configuration configuration;
  private final Worker worker;
  private volatile @Nullable Throwable failure;

  private LocalStack(LocalServices services, Configuration configuration, Worker worker) {
    this.services = services;
    this.configuration = configuration;
    this.worker = worker;
    Thread.ofPlatform().daemon().name("worker-watch").start(this::watch);
  }

  /** Whether there are a broker and a registry to start, as in a checkout of the sources. */
  static boolean isHere() {
    return Files.isDirectory(Paddock.home().resolve("broker"));
  }

  /**
   * Refuses a command that is of no use in a release.
   *
   * @throws CommandFailure where there is no broker and no registry to start
   */
  static void requireHere(String command) {
    if (!isHere()) {
      throw CommandFailure.usage(
          ("'paddock %s' starts a Kafka broker and a schema registry, which a release does not bring"
                  + " along: use it in a checkout of Paddock's sources. With a broker and a registry"
                  + " of your own: paddock worker --config config/paddock.yaml")
              .formatted(command));
    }
  }

  /**
   * Starts them one after the other; where one does not start, those before it are stopped.
   *
   * @param data where all of them keep what they keep
   * @param brokerPort 0 for a free one
   * @param registryPort 0 for a free one
   * @param more settings of the worker, each {@code key=value}
   */
  static LocalStack start(
      ConfigurationOptions options,
      Path data,
      int brokerPort,
      int registryPort,
      List<String> more,
      Steps steps)
      throws Exception {
    Path home = Paddock.home();
    // Before anything is started: a mistake in the configuration should not take seconds to show.
    int sandboxes = options.read().pool().size();
    LocalServices services =
        steps.take(
            "Kafka broker and schema registry",
            () -> LocalServices.start(home, data, brokerPort, registryPort));
    try {
      List<String> settings = new ArrayList<>(more);
      settings.add("kafka.bootstrap.servers=" + services.broker().bootstrapServers());
      settings.add("registry.url=" + services.registry().url());
      settings.add(DRAIN);
      Configuration configuration = options.read(settings);
      steps.take("topics", () -> Topics.create(configuration));
      Worker worker =
          steps.take(
              "worker with " + sandboxes + " sandboxes", () -> Worker.start(configuration, home));
      return new LocalStack(services, configuration, worker);
    } catch (Exception e) {
      services.close();
      throw e;
    }
  }

  Configuration configuration() {
    return configuration;
  }

  Worker worker() {
    return worker;
  }

  String bootstrapServers() {
    return services.broker().bootstrapServers();
  }

  String registryUrl() {
    return services.registry().url();
  }

  /** Why the worker cannot go on, or null while it can. */
  @Nullable Throwable failure() {
    return failure;
  }

  @Override
  public void close() {
    try {
      worker.close();
    } finally {
      services.close();
    }
  }

  private void watch() {
    try {
      failure = worker.awaitEnd();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
