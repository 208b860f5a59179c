package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.TrustedContracts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What may make two runs of a script differ. */
final class ChanceOptions {

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      description =
          "What Date shows: request, the time of the request, which is the default and the same in"
              + " every run of it, or system, the machine's time.")
  private @Nullable ScriptClock clock;

  @Option(
      names = "--randomness",
      paramLabel = "SOURCE",
      description =
          "Where Math.random and crypto have their numbers: seeded, the same in every run of a"
              + " request, which is the default, or system.")
  private @Nullable ScriptRandomness randomness;

  Task.Clock clock() {
    return clock == ScriptClock.SYSTEM ? Task.Clock.SYSTEM : Task.Clock.REQUEST;
  }

  Task.Randomness randomness() {
    return randomness == ScriptRandomness.SYSTEM ? Task.Randomness.SYSTEM : Task.Randomness.SEEDED;
  }

  /** Says so in a request. */
  void addTo(ExecutionRequest.Builder request) {
    TrustedContracts.trust();
    request.setClock(clock).setRandomness(randomness);
  }
}
