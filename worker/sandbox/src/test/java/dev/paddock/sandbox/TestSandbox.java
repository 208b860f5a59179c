package dev.paddock.sandbox;

import dev.paddock.sandbox.launch.SandboxJvm;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Message;
import dev.paddock.sandbox.wire.MessageReader;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Ready;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Stopping;
import dev.paddock.sandbox.wire.Task;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A real sandbox process on this test's class path, and the worker's end of its pipes. */
public final class TestSandbox implements AutoCloseable {

  /** Generous, so that only a test's own limit can be what stops a script. */
  public static final Limits LIMITS =
      new Limits(20_000, 20_000, 32L << 20, 4 << 20, 512 << 10, 64 << 10, 1000, 1000);

  private static final int MAX_ANSWER_BYTES = 4 << 20;

  private final Process process;
  private final MessageWriter out;
  private final MessageReader in;
  private final List<Stopping> stoppings = new ArrayList<>();
  private long lastNumber;

  public TestSandbox() throws IOException {
    this(List.of(), Map.of());
  }

  /** One with more options of the JVM and variables in its environment. */
  public TestSandbox(List<String> jvmOptions, Map<String, String> environment) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SandboxJvm.COLLECTOR);
    command.addAll(
        List.of(
            SandboxJvm.QUICK_COMPILATION,
            "-Xmx128m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Sandbox.class.getName()));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    process = builder.start();
    out = new MessageWriter(process.getOutputStream());
    in = new MessageReader(new BufferedInputStream(process.getInputStream()));
    if (!(receive() instanceof Ready)) {
      throw new IOException("Not ready");
    }
  }

  /** Runs a script with generous limits. */
  public Answer run(String source, String input) throws IOException {
    return run(new Script("script.js", Script.Kind.SCRIPT, source), input, LIMITS);
  }

  /** Runs a module with generous limits. */
  public Answer runModule(String source, String input) throws IOException {
    return run(new Script("module.mjs", Script.Kind.MODULE, source), input, LIMITS);
  }

  /** Runs and returns the answer; what was said before it is kept in {@link #stoppings}. */
  public Answer run(Script script, String input, Limits limits) throws IOException {
    return run(
        new Task(
            ++lastNumber,
            "execution-" + lastNumber,
            "tenant",
            Map.of("colour", "red \"quoted\""),
            script,
            input,
            1_700_000_000_000L,
            42,
            limits));
  }

  /** Runs a task as it is. */
  public Answer run(Task task) throws IOException {
    out.write(task);
    while (true) {
      switch (receive()) {
        case Answer answer -> {
          return answer;
        }
        case Stopping stopping -> stoppings.add(stopping);
        case null, default -> throw new IOException("The sandbox ended without an answer");
      }
    }
  }

  public List<Stopping> stoppings() {
    return stoppings;
  }

  public Process process() {
    return process;
  }

  @Nullable Message receive() throws IOException {
    return in.read(MAX_ANSWER_BYTES);
  }

  @Override
  public void close() throws IOException {
    process.destroyForcibly();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
