package dev.paddock.worker.app;

import dev.paddock.worker.cli.Paddock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A worker in a process of its own, to be killed. */
record WorkerProcess(Process process) {

  /** Starts it with its log in this folder. */
  static WorkerProcess start(Map<String, String> settings, Path folder) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dpaddock.home=" + SharedServices.HOME,
                "-cp",
                System.getProperty("java.class.path"),
                Paddock.class.getName(),
                "worker"));
    settings.forEach((key, value) -> command.addAll(List.of("--set", key + "=" + value)));
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("worker.log").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    return new WorkerProcess(process);
  }

  /** Kills it and waits until it is gone. */
  void kill() {
    var _ = process.destroyForcibly().onExit().join();
  }
}
