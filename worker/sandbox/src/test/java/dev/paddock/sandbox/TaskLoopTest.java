package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.sandbox.quota.Scope;
import dev.paddock.sandbox.wire.MessageWriter;
import dev.paddock.sandbox.wire.Script;
import dev.paddock.sandbox.wire.Task;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The sandbox's loop on this thread, from which it reads its tasks when it has nothing to do. */
class TaskLoopTest {

  private final List<Boolean> prepared = new ArrayList<>();
  private @Nullable TaskLoop loop;

  @Test
  void theNextTasksContextIsMadeWhileThereIsNone() throws IOException {
    loop = new TaskLoop(new Worker(), OutputStream.nullOutputStream(), Scope.THREAD, _ -> {});
    loop.run(List::of);
    assertEquals(List.of(true, true), prepared, "when it waits for a task, before each read");
  }

  /** Sends one task, and nothing more; notes how the loop waits for either. */
  private final class Worker extends InputStream {

    private final InputStream task;
    private boolean warmedUp;
    private boolean read;

    Worker() throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      new MessageWriter(bytes)
          .write(
              new Task(
                  1,
                  "execution",
                  "tenant",
                  Map.of(),
                  new Script("script.js", Script.Kind.SCRIPT, "input + 1"),
                  "1",
                  0,
                  42,
                  TestSandbox.LIMITS));
      task = new ByteArrayInputStream(bytes.toByteArray());
    }

    /** Something is there only when the loop asks whether it may go on warming up. */
    @Override
    public int available() {
      boolean first = !warmedUp;
      warmedUp = true;
      return first ? 1 : 0;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (!read || task.available() == 0) {
        prepared.add(Objects.requireNonNull(loop).isPrepared());
      }
      read = true;
      warmedUp = false;
      return task.read(into, offset, length);
    }
  }
}
