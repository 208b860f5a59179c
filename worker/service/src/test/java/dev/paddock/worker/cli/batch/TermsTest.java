package dev.paddock.worker.cli.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.Reuse;
import dev.paddock.schemas.ScriptClock;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.schemas.ScriptRandomness;
import dev.paddock.schemas.ScriptReference;
import dev.paddock.schemas.TrustedContracts;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With what an unfinished batch is not gone on with. */
class TermsTest {

  static {
    TrustedContracts.trust();
  }

  @TempDir private Path folder;

  private Path inputs = Path.of("");

  @BeforeEach
  void write() throws IOException {
    inputs = Files.writeString(folder.resolve("inputs.jsonl"), "1\n2\n");
    Files.setLastModifiedTime(inputs, FileTime.fromMillis(0));
  }

  @Test
  void whatTheNoteSaysIsReadAgain() throws IOException {
    ResumeFile file = new ResumeFile(folder.resolve("results.jsonl"));
    ResumeFile.State state =
        ResumeFile.State.first("b", 5, 3, terms(inline("1").build(), Map.of()))
            .at(Map.of(0, 7L), Map.of(1, 8L), 9, 10);
    file.write(ResumeFile.State.first("older", 1, null, Map.of()));
    file.write(state);
    assertEquals(state, file.read().orElseThrow());
    assertEquals(new TreeMap<>(Map.of(0, 7L)), state.nextOffsets());
    file.delete();
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(List.of(inputs), left.toList());
    }
  }

  @Test
  void theSameIsGoneOnWith() throws IOException {
    assertNull(difference(inline("1").build(), Map.of()));
  }

  @Test
  void whatIsOtherwiseIsNamedWithWhatItWas() throws IOException {
    assertEquals(
        "another script: SCRIPT 6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b",
        difference(inline("2").build(), Map.of()));
    assertEquals(
        "another tenant: default", difference(inline("1").setTenant("acme").build(), Map.of()));
    assertEquals(
        "another set of limits: the workers' defaults",
        difference(
            inline("1").setLimits(Limits.newBuilder().setCpuMillis(5L).build()).build(), Map.of()));
    assertEquals(
        "another reuse: EXECUTION",
        difference(inline("1").setReuse(Reuse.SCRIPT).build(), Map.of()));
    assertEquals(
        "another clock: REQUEST",
        difference(inline("1").setClock(ScriptClock.SYSTEM).build(), Map.of()));
    assertEquals(
        "another randomness: SEEDED",
        difference(inline("1").setRandomness(ScriptRandomness.SYSTEM).build(), Map.of()));
    assertNull(difference(inline("1").setClock(ScriptClock.REQUEST).build(), Map.of()));
    assertEquals(
        "another pair of topics: paddock.requests, paddock.results",
        difference(inline("1").build(), Map.of("topics.requests", "elsewhere")));
    Files.setLastModifiedTime(inputs, FileTime.fromMillis(1000));
    assertEquals(
        "another file of inputs: inputs.jsonl, 4 bytes, changed last at 1970-01-01T00:00:00Z",
        difference(inline("1").build(), Map.of()));
  }

  @Test
  void anotherVersionOfANamedScriptIsAnotherScript() throws IOException {
    ResumeFile.State begun = ResumeFile.State.first("b", 5, 1, terms(named(1), Map.of()));
    assertNull(begun.differenceTo(terms(named(1), Map.of())));
    assertEquals("another script: vat version 1", begun.differenceTo(terms(named(2), Map.of())));
  }

  private static ExecutionRequest named(int version) {
    return ExecutionRequest.newBuilder().setScript(new ScriptReference("vat", version)).build();
  }

  private static ExecutionRequest.Builder inline(String source) {
    return ExecutionRequest.newBuilder()
        .setScript(new InlineScript("a.js", ScriptKind.SCRIPT, source, Map.of()));
  }

  /** What is said of a batch that was begun with the script "1" when the inputs were old. */
  private @Nullable String difference(ExecutionRequest template, Map<String, String> settings)
      throws IOException {
    FileTime now = Files.getLastModifiedTime(inputs);
    Files.setLastModifiedTime(inputs, FileTime.fromMillis(0));
    ResumeFile.State begun =
        ResumeFile.State.first("b", 5, null, terms(inline("1").build(), Map.of()));
    Files.setLastModifiedTime(inputs, now);
    return begun.differenceTo(terms(template, settings));
  }

  private Map<String, String> terms(ExecutionRequest template, Map<String, String> settings)
      throws IOException {
    return Terms.of(
        "b",
        template,
        new Submission.Plan(
            template,
            inputs,
            Format.JSONL,
            folder.resolve("results.jsonl"),
            new ResultForm(Format.JSONL, List.of()),
            null,
            false,
            null,
            5),
        Configuration.of(settings));
  }
}
