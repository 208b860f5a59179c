package dev.paddock.worker.cli.batch;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.catalog.CatalogMissingException;
import dev.paddock.worker.config.Configuration;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.jspecify.annotations.Nullable;

/**
 * One script over many inputs, to the end in one version. From a file into a file it can be run
 * again after it was stopped in whatever way, and goes on where it was: what was sent is not sent
 * again, and a result is never written twice.
 */
public final class Submission {

  /**
   * How many lines beyond the lowest unfinished one can be known to be finished: more than come
   * between two notes of how far the batch is, at half a MiB.
   */
  private static final int KNOWN_AHEAD = 1 << 22;

  /**
   * What to submit.
   *
   * @param template of the requests, without input and execution id
   * @param inputs null for standard input
   * @param results null for standard output
   * @param failures where the results go that did not succeed; null for the same place
   * @param ordered whether results are written in the order of the inputs
   * @param batch begins every execution id; null to choose one
   * @param window how far beyond the lowest unfinished line lines may be begun
   */
  public record Plan(
      ExecutionRequest template,
      @Nullable Path inputs,
      Format inputFormat,
      @Nullable Path results,
      ResultForm resultForm,
      @Nullable Path failures,
      boolean ordered,
      @Nullable String batch,
      int window) {

    /** Whether it can be gone on with once it was stopped. */
    public boolean isResumable() {
      return inputs != null && results != null;
    }

    private ResultForm failureForm() {
      return new ResultForm(Format.of(failures), resultForm.columns());
    }
  }

  /** Is told how it goes, by the thread that runs the submission. */
  public interface Listener {

    /**
     * Begins, or goes on with {@code finished} lines.
     *
     * @param total -1 where that is not known
     */
    void begun(String batch, long finished, long total);

    /**
     * One line more is finished.
     *
     * @param tally of all that are
     */
    void step(Tally tally);

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
  private final @Nullable ResumeFile resumeFile;

  /** Prepares it; nothing is read or sent yet. */
  public Submission(Configuration configuration, Plan plan, Listener listener) {
    this.configuration = configuration;
    this.plan = plan;
    this.listener = listener;
    resumeFile =
        plan.inputs() == null || plan.results() == null ? null : new ResumeFile(plan.results());
  }

  /**
   * Runs it to the end, or until stopped.
   *
   * @param newBatch names a batch where neither the plan nor an earlier run does
   * @throws BatchRefusedException where a results file belongs to something else, the inputs cannot
   *     be read, or the catalog has no such script
   * @throws IOException where a file cannot be read or written
   */
  public Outcome run(String newBatch, BooleanSupplier stop) throws IOException {
    Optional<ResumeFile.State> begun = resumeFile == null ? Optional.empty() : resumeFile.read();
    ExecutionRequest template = withVersion(plan.template(), begun);
    ResumeFile.State state = state(begun, newBatch, template);
    Window window = new Window(state.window(), Math.max(state.window(), KNOWN_AHEAD));
    Tally tally = new Tally();
    long total = count();
    Consumer<Summary> finished =
        summary -> {
          if (window.finish(summary.line())) {
            summary.addTo(tally);
          }
        };
    try (ResultsFile results =
            open(plan.results(), plan.resultForm(), state.resultsBytes(), finished);
        ResultsFile failures =
            plan.failures() == null
                ? null
                : open(plan.failures(), plan.failureForm(), state.failuresBytes(), finished)) {
      Recorder recorder =
          new Recorder(
              results,
              failures,
              plan.ordered(),
              window.lowestUnfinished(),
              tally,
              listener,
              (offsets, requestOffsets, resultsBytes, failuresBytes) -> {
                if (resumeFile != null) {
                  resumeFile.write(state.at(offsets, requestOffsets, resultsBytes, failuresBytes));
                }
              });
      try (Exchange exchange = new Exchange(configuration, state.batch(), window, recorder)) {
        listener.begun(state.batch(), window.count(), total);
        if (begun.isPresent()) {
          recorder.beginAt(state.nextOffsets());
          exchange.resume(state.nextOffsets(), state.requestOffsets(), stop);
        } else {
          Map<Integer, Long> end = exchange.beginAtEnd();
          recorder.beginAt(end);
          if (resumeFile != null) {
            resumeFile.write(state.at(end, exchange.requestOffsets(), 0, 0));
          }
        }
        return run(exchange, template, window, tally, stop);
      }
    }
  }

  private Outcome run(
      Exchange exchange,
      ExecutionRequest template,
      Window window,
      Tally tally,
      BooleanSupplier stop)
      throws IOException {
    boolean complete;
    try (Inputs inputs = inputs(template)) {
      if (plan.inputs() == null) {
        try (Prefetched ahead = new Prefetched(inputs)) {
          complete = exchange.run(ahead, stop);
        }
      } else {
        complete = exchange.run(inputs, stop);
      }
    }
    if (complete && resumeFile != null) {
      resumeFile.delete();
    }
    return new Outcome(complete, tally, window.count());
  }

  private Inputs inputs(ExecutionRequest template) throws IOException {
    Path file = plan.inputs();
    Inputs.Source source =
        file == null
            ? new Inputs.Source(
                "standard input", plan.inputFormat(), () -> new FileInputStream(FileDescriptor.in))
            : new Inputs.Source(
                String.valueOf(file.getFileName()),
                plan.inputFormat(),
                () -> Files.newInputStream(file));
    int maxBytes =
        configuration
            .limits()
            .mostInputBytes(template.getLimits(), template.getScript() instanceof ScriptReference);
    return new Inputs(source, maxBytes, template);
  }

  /** How many inputs there are; -1 where that is not to be known before. */
  private long count() throws IOException {
    if (plan.inputs() == null) {
      return -1;
    }
    try (Inputs inputs = inputs(plan.template())) {
      return inputs.count();
    }
  }

  private static ResultsFile open(
      @Nullable Path file, ResultForm form, long length, Consumer<Summary> finished)
      throws IOException {
    return file == null
        ? ResultsFile.to(new FileOutputStream(FileDescriptor.out), form)
        : ResultsFile.open(file, form, length, finished);
  }

  private ResumeFile.State state(
      Optional<ResumeFile.State> begun, String newBatch, ExecutionRequest template)
      throws IOException {
    if (begun.isEmpty()) {
      requireNew(plan.results(), "--output");
      requireNew(plan.failures(), "--violations");
      String batch = plan.batch() == null ? newBatch : plan.batch();
      return ResumeFile.State.first(
          batch,
          plan.window(),
          versionOf(template),
          Terms.of(batch, template, plan, configuration));
    }
    ResumeFile.State state = begun.get();
    String batch = plan.batch() == null ? state.batch() : plan.batch();
    String difference = state.differenceTo(Terms.of(batch, template, plan, configuration));
    if (difference != null) {
      throw new BatchRefusedException(
          "%s, batch %s, was begun with %s. Choose another --output, or delete %s and %s to begin anew."
              .formatted(
                  plan.results(),
                  state.batch(),
                  difference,
                  plan.results(),
                  resumeFile == null ? "" : resumeFile.path()));
    }
    return state;
  }

  private static void requireNew(@Nullable Path file, String option) throws IOException {
    if (file != null && Files.isRegularFile(file) && Files.size(file) > 0) {
      throw new BatchRefusedException(
          "%s exists and is not an unfinished batch. Choose another %s, or delete it."
              .formatted(file, option));
    }
  }

  /** The requests to be made, all of them with the version that the first one has. */
  private ExecutionRequest withVersion(
      ExecutionRequest template, Optional<ResumeFile.State> begun) {
    if (!(template.getScript() instanceof ScriptReference named) || named.getVersion() != null) {
      return template;
    }
    @Nullable Integer version =
        begun.isPresent() ? begun.get().scriptVersion() : latest(template.getTenant(), named);
    return ExecutionRequest.newBuilder(template)
        .setScript(new ScriptReference(named.getId(), version))
        .build();
  }

  private Integer latest(String tenant, ScriptReference named) {
    CatalogScript found;
    try {
      found = new CatalogEditor(configuration).read().find(tenant, named.getId(), null);
    } catch (CatalogMissingException e) {
      throw new BatchRefusedException(String.valueOf(e.getMessage()));
    } catch (TimeoutException | TopicAuthorizationException e) {
      throw new BatchRefusedException(
          "The latest version of script %s cannot be had: %s. Name one with --script-version."
              .formatted(named.getId(), e.getMessage()));
    }
    if (found == null || found.getDisabled()) {
      throw new BatchRefusedException(
          "Tenant %s has no script %s in the catalog%s; see: paddock scripts list"
              .formatted(tenant, named.getId(), found == null ? "" : " that is not disabled"));
    }
    return found.getVersion();
  }

  private static @Nullable Integer versionOf(ExecutionRequest template) {
    return template.getScript() instanceof ScriptReference named ? named.getVersion() : null;
  }
}
