package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Limits;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One sandbox for all tests of a class, as guests share one, which none of them may end. */
public final class SharedSandbox implements BeforeAllCallback, AfterAllCallback {

  private @Nullable TestSandbox sandbox;

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    sandbox = new TestSandbox();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    try (TestSandbox last = sandbox()) {
      assertTrue(last.process().isAlive(), "no guest may end the sandbox");
    }
  }

  /** Replaces the sandbox by another, where an answer was its last. */
  public void replace() throws IOException {
    sandbox().close();
    sandbox = new TestSandbox();
  }

  /** Runs a script with generous limits. */
  public Answer run(String source, String input) throws IOException {
    return sandbox().run(source, input);
  }

  /** Runs a module with generous limits. */
  public Answer runModule(String source, String input) throws IOException {
    return sandbox().runModule(source, input);
  }

  /** Runs a script within limits of its own. */
  public Answer run(Script script, String input, Limits limits) throws IOException {
    return sandbox().run(script, input, limits);
  }

  /** Runs a task as it is. */
  public Answer run(Task task) throws IOException {
    return sandbox().run(task);
  }

  private TestSandbox sandbox() {
    return Objects.requireNonNull(sandbox, "the tests have not begun");
  }
}
