package dev.paddock.loadtest;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.cli.FolderTree;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A broker and a registry on this machine for measurements, from the first one that needs them. */
final class LoopbackKafka implements AutoCloseable {

  private final Path home;
  private @Nullable Path data;
  private @Nullable LocalServices services;

  /**
   * Starts nothing yet.
   *
   * @param home the folder that the build laid out for the launcher
   */
  LoopbackKafka(Path home) {
    this.home = home;
  }

  /**
   * Makes topics and a group that begin with a name.
   *
   * @param settings of the worker's configuration, beside the defaults
   * @return what a worker that reads them has to be told
   */
  Map<String, String> lane(String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    LocalServices running = services();
    Map<String, String> all = new HashMap<>();
    all.put("kafka.bootstrap.servers", running.broker().bootstrapServers());
    all.put("registry.url", running.registry().url());
    all.put("topics.requests", name + ".requests");
    all.put("topics.results", name + ".results");
    all.put("topics.violations", name + ".violations");
    all.put("intake.group", name);
    all.put("worker.id", name);
    all.putAll(settings);
    Topics.create(Configuration.of(all));
    return all;
  }

  /** The broker's process. */
  long brokerPid() throws IOException {
    return services().broker().pid();
  }

  /** Where a worker writes its log. */
  Path log(String name) throws IOException {
    return file(name + ".log");
  }

  /** A file that goes when this is closed. */
  Path file(String name) throws IOException {
    return folder().resolve(name);
  }

  @Override
  public void close() throws IOException {
    if (services != null) {
      services.close();
    }
    if (data != null) {
      new FolderTree(data).delete();
    }
  }

  private LocalServices services() throws IOException {
    if (services == null) {
      services = LocalServices.start(home, folder(), 0, 0);
    }
    return services;
  }

  private Path folder() throws IOException {
    if (data == null) {
      data = Files.createTempDirectory("paddock-bench");
    }
    return data;
  }
}
