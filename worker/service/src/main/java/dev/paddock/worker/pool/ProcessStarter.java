package dev.paddock.worker.pool;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.SandboxConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts sandboxes as processes, confined as far as is asked. */
final class ProcessStarter implements SandboxStarter {

  private static final Logger LOG = LoggerFactory.getLogger(ProcessStarter.class);

  private final SandboxCommand command;
  private final Spawner spawner;
  private final int oomScore;
  private final Path workingFolder;

  ProcessStarter(SandboxCommand command, SandboxConfig config) throws IOException {
    boolean confined = config.confinement() != Confinement.OFF;
    SandboxCommand compiling =
        switch (config.compilation()) {
          case FULL -> command;
          case QUICK -> command.withJvmOption(SandboxJvm.QUICK_COMPILATION);
        };
    this.command = confined ? compiling.with(SandboxJvm.CONFINED) : compiling;
    oomScore = config.oomScore();
    workingFolder = Files.createTempDirectory("paddock-sandbox");
    spawner = new Spawner(confined ? command.readable() : null);
  }

  @Override
  public SandboxHost start() throws IOException, InterruptedException {
    Process process = spawner.start(command, workingFolder);
    ProcessHandle handle = ProcessHandle.of(process.pid()).orElseGet(process::toHandle);
    Protection score = OomScore.raise(process.pid(), oomScore);
    return new ProcessHost(process, handle, spawner.problem(), score);
  }

  @Override
  public void close() {
    spawner.close();
    try {
      Files.deleteIfExists(workingFolder);
    } catch (IOException e) {
      LOG.warn("The sandboxes' folder {} cannot be deleted: {}", workingFolder, e.toString());
    }
  }
}
