package dev.paddock.loadtest.micro;

import dev.paddock.sandbox.guest.Guest;
import dev.paddock.sandbox.quota.Guard;
import dev.paddock.sandbox.quota.Scope;
import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.Task;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A sandbox's guest and what watches it, without pipes. */
@State(org.openjdk.jmh.annotations.Scope.Benchmark)
public class GuestState {

  private final Guard guard =
      new Guard(
          Scope.PROCESS,
          (_, breach) -> {
            throw new IllegalStateException(breach.message());
          },
          () -> {});

  private final Guest guest = new Guest(guard);

  Guard guard() {
    return guard;
  }

  Guest guest() {
    return guest;
  }

  /** Runs a task that must succeed, or the figures would be of something else. */
  Answer succeed(Task task) {
    Answer answer = guest.run(task);
    if (!(answer.ending() instanceof Ending.Succeeded)) {
      throw new IllegalStateException("The script did not succeed: " + answer.ending());
    }
    return answer;
  }

  /** Gives guest and guard up. */
  @TearDown
  public void close() {
    guard.close();
    guest.close();
  }
}
