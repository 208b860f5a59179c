package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Breach;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Quota;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a run must end. */
sealed interface Expectation {

  /** Fails the test where it ended otherwise. */
  void require(Ending ending);

  /**
   * Reads {@code succeeded JSON}, {@code succeeded} for no output, {@code failed NAME}, {@code
   * failed NAME: beginning of the message}, {@code stopped KIND or KIND}, or several of these with
   * {@code |} between them.
   */
  static Expectation parse(String text) {
    String[] alternatives = text.split(" \\| ", -1);
    if (alternatives.length > 1) {
      return new AnyOf(Arrays.stream(alternatives).map(Expectation::parse).toList());
    }
    String[] parts = text.split(" ", 2);
    String rest = parts.length == 2 ? parts[1].strip() : "";
    return switch (parts[0]) {
      case "succeeded" -> new Succeeds(rest.isEmpty() ? null : rest);
      case "failed" -> {
        String[] error = rest.split(": ", 2);
        yield new Fails(error[0], error.length == 2 ? error[1] : "");
      }
      case "stopped" ->
          new Stops(
              Arrays.stream(rest.split(" or ", -1))
                  .map(Quota::valueOf)
                  .collect(Collectors.toSet()));
      default -> throw new IllegalArgumentException("No expectation: " + text);
    };
  }

  /**
   * The script ran to its end.
   *
   * @param output JSON text, or null for none
   */
  record Succeeds(@Nullable String output) implements Expectation {
    @Override
    public void require(Ending ending) {
      assertEquals(output, assertInstanceOf(Ending.Succeeded.class, ending).output());
    }
  }

  /**
   * The script threw.
   *
   * @param messageStart how the message begins
   */
  record Fails(String name, String messageStart) implements Expectation {
    @Override
    public void require(Ending ending) {
      GuestError error = assertInstanceOf(Ending.Failed.class, ending).error();
      assertEquals(name, error.name(), error.message());
      assertTrue(error.message().startsWith(messageStart), error.message());
    }
  }

  /**
   * A quota stopped the script.
   *
   * @param quotas one of which it must have gone beyond
   */
  record Stops(Set<Quota> quotas) implements Expectation {
    @Override
    public void require(Ending ending) {
      Breach breach = assertInstanceOf(Ending.Stopped.class, ending).breach();
      assertTrue(quotas.contains(breach.quota()), breach::toString);
      assertTrue(breach.limit() > 0, breach::toString);
    }
  }

  /**
   * Engines may differ, and each way is right.
   *
   * @param ways one of which it must have ended
   */
  record AnyOf(List<Expectation> ways) implements Expectation {
    @Override
    public void require(Ending ending) {
      assertTrue(
          ways.stream().anyMatch(way -> way.allows(ending)), () -> ending + " instead of " + ways);
    }
  }

  /** Whether it ended so. */
  default boolean allows(Ending ending) {
    try {
      require(ending);
      return true;
    } catch (AssertionError e) {
      return false;
    }
  }
}
