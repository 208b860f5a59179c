package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The catalog from the command line, on a real broker and with real trials. */
@ExtendWith(SharedServices.class)
class ScriptsCommandTest {

  private final Map<String, String> settings;

  @TempDir private Path folder;

  ScriptsCommandTest(LocalServices services) throws InterruptedException {
    String name = "s" + UUID.randomUUID();
    settings =
        Map.of(
            "kafka.bootstrap.servers", services.broker().bootstrapServers(),
            "registry.url", services.registry().url(),
            "topics.requests", name + ".requests",
            "topics.results", name + ".results",
            "topics.violations", name + ".violations",
            "topics.scripts", name + ".scripts",
            "sandbox.compilation", "quick");
    Topics.create(Configuration.of(settings));
  }

  private InProcess.Ended scripts(String... arguments) {
    return InProcess.run(
        settings,
        List.of("scripts", arguments[0]),
        List.of(arguments).subList(1, arguments.length));
  }

  private String file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text).toString();
  }

  private String succeeded(String... arguments) {
    InProcess.Ended ended = scripts(arguments);
    assertEquals(0, ended.exitCode(), ended.err());
    return ended.out();
  }

  private String failed(int exitCode, String... arguments) {
    InProcess.Ended ended = scripts(arguments);
    assertEquals(exitCode, ended.exitCode(), ended.out());
    assertEquals("", ended.out());
    return ended.err();
  }

  @Test
  void aScriptIsPutShownComparedDisabledAndRolledBack() throws Exception {
    String first = file("rule.js", "// over 100\ninput.amount > 100\n");
    String input = "{\"amount\":1}";
    assertEquals(
        "rule version 1 is in the catalog of tenant acme\n",
        succeeded("put", "rule", first, "--tenant", "acme", "--input", input, "--author", "jo"));
    String second = file("rule.js", "// over 100\ninput.amount > 200\n");
    succeeded(
        "put", "rule", second, "--tenant", "acme", "--input", input, "--description", "stricter");
    assertEquals("// over 100\ninput.amount > 200\n", succeeded("get", "rule", "--tenant", "acme"));
    assertEquals(
        "// over 100\ninput.amount > 100\n", succeeded("get", "rule", "1", "--tenant", "acme"));
    assertEquals(
        """
        --- rule version 1
        +++ rule version 2
        @@ -1,2 +1,2 @@
         // over 100
        -input.amount > 100
        +input.amount > 200
        """,
        succeeded("diff", "rule", "1", "--tenant", "acme"));

    succeeded("disable", "rule", "2", "--tenant", "acme");
    assertEquals("// over 100\ninput.amount > 100\n", succeeded("get", "rule", "--tenant", "acme"));
    assertEquals(
        "rule version 3 is in the catalog, as version 1\n",
        succeeded("rollback", "rule", "--to", "1", "--tenant", "acme"));
    List<String> rows = succeeded("list", "--tenant", "acme").lines().toList();
    assertEquals(4, rows.size());
    assertTrue(rows.get(1).endsWith(" jo"), rows.get(1));
    assertTrue(rows.get(2).endsWith("disabled stricter"), rows.get(2));
    assertTrue(rows.get(3).endsWith("as version 1"), rows.get(3));
    assertEquals("There are no such scripts\n", succeeded("list", "--tenant", "other"));
  }

  @Test
  void whatDoesNotParseOrRunIsNotPut() throws Exception {
    String broken = file("broken.js", "let a = 1;\nlet a = ;");
    String err = failed(1, "put", "rule", broken);
    assertTrue(
        err.startsWith(
            "paddock: The script was not put; its trial failed at broken.js, line 2, column 9:"
                + " SyntaxError: "),
        err);
    String needsInput = file("rule.js", "input.amount > 100");
    err = failed(1, "put", "rule", needsInput);
    assertTrue(err.contains("at rule.js, line 1, column "), err);
    assertTrue(err.endsWith("; give an input that it takes with --input\n"), err);
    String endless = file("endless.js", "for (;;);");
    err = failed(1, "put", "rule", endless, "--limit", "cpu=100ms");
    assertTrue(err.contains("its trial failed: CPU_TIME: The script used "), err);
    assertEquals("There are no such scripts\n", succeeded("list"));
  }

  @Test
  void whatIsNotThereOrNoNameIsSaid() throws Exception {
    assertEquals(
        "paddock: Tenant default has no script rule; see: paddock scripts list\n",
        failed(1, "get", "rule"));
    assertEquals(
        "paddock: The script's id is 'a/b'; it must be 1 to 200 letters, digits, '.', '_' or '-'\n",
        failed(2, "put", "a/b", file("a.js", "1")));
    assertTrue(
        failed(1, "list", "--set", "topics.scripts=nowhere")
            .startsWith("paddock: There is no topic nowhere for scripts; make it with"));
  }
}
