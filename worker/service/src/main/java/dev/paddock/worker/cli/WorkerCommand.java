package dev.paddock.worker.cli;

import dev.paddock.worker.app.Worker;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.Isolation;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** A worker, until it is told to stop. */
@Command(
    name = "worker",
    description = {
      "Runs a worker: reads requests, runs them in sandboxes, writes results and violations.",
      "",
      "SIGTERM or Ctrl-C ends it gracefully: it stops reading, waits for what is running as long as"
          + " intake.drain.ms says, and commits. Its log goes to standard error."
    },
    mixinStandardHelpOptions = true,
    sortOptions = false,
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "1:It could not start, or could not go on; the last line says why.",
      "2:The command line or the configuration is wrong.",
      "130, 143:Stopped by SIGINT, by SIGTERM; everything was drained and committed."
    })
final class WorkerCommand implements Callable<Integer> {

  /** What stopping takes beyond waiting for running requests. */
  private static final long CLOSING_MILLIS = 15_000;

  @Mixin private final ConfigurationOptions configuration = new ConfigurationOptions();

  @Override
  public Integer call() throws InterruptedException {
    Configuration settings = configuration.read();
    // Not a constant: every command's class is loaded, and only one decides where log lines go.
    Logger log = LoggerFactory.getLogger(WorkerCommand.class);
    // The JVM itself would write it to standard error as it is.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> log.error("Thread {} has ended", thread.getName(), failure));
    if (settings.pool().isolation() == Isolation.PROCESS) {
      PrepareCommand.forWorker(log);
    }
    long patience = settings.intake().drain().toMillis() + CLOSING_MILLIS;
    try (Shutdown shutdown = new Shutdown(patience)) {
      Worker worker = Worker.start(settings, Paddock.home());
      try (worker) {
        shutdown.onRequest(worker::close);
        Throwable failure = worker.awaitEnd();
        if (failure != null) {
          throw new CommandFailure("The worker cannot go on: " + failure.getMessage());
        }
      }
      log.info("Worker {} has stopped; everything is committed", settings.workerId());
      return 0;
    }
  }
}
