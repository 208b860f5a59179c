package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.Sha256;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One script over a file of inputs, the results into another file. Run again after it was stopped
 * in whatever way, it goes on where it was: what the results file has is not sent again, and a
 * result is never written twice.
 */
public final class Submission {

  /**
   * What to submit.
   *
   * @param batch begins every execution id; null to choose one
   * @param window how far beyond the lowest unfinished line lines may be begun
   * @param limits null for the worker's defaults
   */
  public record Plan(
      InlineScript script,
      Path inputs,
      Path results,
      @Nullable String batch,
      String tenant,
      @Nullable Limits limits,
      int window) {}

  /** Is told how it goes, by the thread that runs the submission. */
  public interface Listener {

    /** Begins, or goes on with {@code finished} lines of {@code total}. */
    void begun(String batch, long finished, long total);

    /** One line more is finished. */
    void step();

    /** No result has come for a while. */
    void silence(Duration since);
  }

  /**
   * How it went.
   *
   * @param complete whether every line is finished
   * @param tally all lines of the batch, those of earlier runs too
   * @param finished how many lines are finished
   */
  public record Outcome(boolean complete, Tally tally, long finished) {}

  private final Configuration configuration;
  private final Plan plan;
  private final Listener listener;
  private final ResumeFile resumeFile;

  /** Prepares it; nothing is read or sent yet. */
  public Submission(Configuration configuration, Plan plan, Listener listener) {
    this.configuration = configuration;
    this.plan = plan;
    this.listener = listener;
    resumeFile = new ResumeFile(plan.results());
  }

  /**
   * Runs it to the end, or until stopped.
   *
   * @param newBatch names a batch where neither the plan nor an earlier run does
   * @throws BatchRefusedException where the results file belongs to something else
   * @throws IOException where a file cannot be read or written
   */
  public Outcome run(String newBatch, BooleanSupplier stop) throws IOException {
    Optional<ResumeFile.State> begun = resumeFile.read();
    ResumeFile.State state = state(begun, newBatch);
    Window window = new Window(state.window());
    Tally tally = new Tally();
    long total = InputFile.count(plan.inputs());
    try (ResultsFile results = ResultsFile.open(plan.results(), window, tally);
        InputFile inputs =
            new InputFile(
                plan.inputs(),
                configuration.limits().inputBytes(),
                plan.tenant(),
                plan.script(),
                plan.limits());
        Exchange exchange =
            new Exchange(configuration, state.batch(), window, new Recorder(results, state))) {
      listener.begun(state.batch(), window.count(), total);
      if (begun.isPresent()) {
        exchange.resume(state.nextOffsets(), stop);
      } else {
        resumeFile.write(state.at(exchange.beginAtEnd()));
      }
      boolean complete = exchange.run(inputs, stop);
      if (complete) {
        resumeFile.delete();
      }
      return new Outcome(complete, tally, window.count());
    }
  }

  private ResumeFile.State state(Optional<ResumeFile.State> begun, String newBatch)
      throws IOException {
    String batch = plan.batch() == null ? newBatch : plan.batch();
    ResumeFile.State wanted =
        new ResumeFile.State(
            begun.isPresent() && plan.batch() == null ? begun.get().batch() : batch,
            begun.map(ResumeFile.State::window).orElse(plan.window()),
            Sha256.hex(plan.script().getSource()),
            plan.script().getKind() == ScriptKind.MODULE,
            String.valueOf(plan.inputs().getFileName()),
            Files.size(plan.inputs()),
            configuration.topics().results(),
            begun.map(ResumeFile.State::nextOffsets).orElse(new TreeMap<>()));
    if (begun.isPresent()) {
      String difference = wanted.differenceFrom(begun.get());
      if (difference != null) {
        throw new BatchRefusedException(
            "%s was begun with %s, batch %s. Choose another --output, or delete %s and %s to begin anew."
                .formatted(
                    plan.results(),
                    difference,
                    begun.get().batch(),
                    plan.results(),
                    resumeFile.path()));
      }
    } else if (Files.exists(plan.results()) && Files.size(plan.results()) > 0) {
      throw new BatchRefusedException(
          plan.results()
              + " exists and is not an unfinished batch. Choose another --output, or delete it.");
    }
    return wanted;
  }

  /** Writes results before it notes that they need not be read again. */
  private final class Recorder implements Sink {

    private final ResultsFile results;
    private final ResumeFile.State state;

    Recorder(ResultsFile results, ResumeFile.State state) {
      this.results = results;
      this.state = state;
    }

    @Override
    public void result(long line, ExecutionResult result) throws IOException {
      results.write(line, result);
      listener.step();
    }

    @Override
    public void rejected(long line, String executionId, String message) throws IOException {
      results.writeRejected(line, executionId, message);
      listener.step();
    }

    @Override
    public void checkpoint(Map<Integer, Long> nextOffsets) throws IOException {
      results.flush();
      resumeFile.write(state.at(nextOffsets));
    }

    @Override
    public void silence(Duration since) {
      listener.silence(since);
    }
  }
}
