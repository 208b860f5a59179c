package dev.paddock.loadtest;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process that runs {@link IdentityLoop}. */
final class IdentityProcess implements AutoCloseable {

  /** What so many records took, in ns. */
  record Cost(long wall, long cpu) {}

  private final LineProcess process;

  private IdentityProcess(LineProcess process) {
    this.process = process;
  }

  static IdentityProcess start(Map<String, String> settings) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), IdentityLoop.class.getName()));
    settings.forEach((key, value) -> command.add(key + "=" + value));
    return new IdentityProcess(LineProcess.start(command));
  }

  /** Moves so many records, which must be there. */
  Cost move(int count) throws IOException {
    long[] nanos = process.ask(Integer.toString(count));
    return new Cost(nanos[0], nanos[1]);
  }

  @Override
  public void close() {
    process.close();
  }
}
