package dev.paddock.worker.cli;

import dev.paddock.sandbox.wire.Task;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.TrustedContracts;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What may make two runs of a script differ. Not by the contracts' own types: Avro, which they
 * load, logs, and a command has yet to say where its log goes.
 */
final class ChanceOptions {

  @Option(
      names = "--clock",
      paramLabel = "CLOCK",
      description =
          "What Date shows: request, the time of the request, which is the default and the same in"
              + " every run of it, or system, the machine's time.")
  private Task.@Nullable Clock clock;

  @Option(
      names = "--randomness",
      paramLabel = "SOURCE",
      description =
          "Where Math.random and crypto have their numbers: seeded, the same in every run of a"
              + " request, which is the default, or system.")
  private Task.@Nullable Randomness randomness;

  Task.Clock clock() {
    return clock == null ? Task.Clock.REQUEST : clock;
  }

  Task.Randomness randomness() {
    return randomness == null ? Task.Randomness.SEEDED : randomness;
  }

  /** Says so in a request. */
  void addTo(ExecutionRequest.Builder request) {
    TrustedContracts.trust();
    request
        .setClock(clock == null ? null : ScriptClock.valueOf(clock.name()))
        .setRandomness(randomness == null ? null : ScriptRandomness.valueOf(randomness.name()));
  }
}
