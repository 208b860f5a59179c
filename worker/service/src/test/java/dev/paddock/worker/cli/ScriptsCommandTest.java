package dev.paddock.worker.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.Limits;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.app.SharedServices;
import dev.paddock.worker.app.Topics;
import dev.paddock.worker.catalog.CatalogEditor;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
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
  @Tag("long")
  void modulesAndLimitsAreTakenAlongShownAndCompared() throws Exception {
    String source = "import vat from 'vat';\nexport default (n) => n * vat;\n";
    String script = file("gross.mjs", source);
    String vat = file("vat.mjs", "export default 1.2;\n");
    succeeded(
        "put", "gross", script, "--import", "vat=" + vat, "--limit", "cpu=200ms", "--author", "jo");
    CatalogScript put =
        Objects.requireNonNull(
            new CatalogEditor(Configuration.of(settings)).read().find("default", "gross", 1));
    assertEquals(ScriptKind.MODULE, put.getKind());
    assertEquals(source, put.getSource());
    assertEquals(Map.of("vat", "export default 1.2;\n"), put.getModules());
    assertEquals(Limits.newBuilder().setCpuMillis(200L).build(), put.getLimits());
    assertEquals(sha256(source + "\0vat\0export default 1.2;\n\0"), put.getSha256());

    assertEquals("export default 1.2;\n", succeeded("get", "gross", "--module", "vat"));
    assertEquals(
        "paddock: gross version 1 has no module tax; its modules: vat\n",
        failed(1, "get", "gross", "--module", "tax"));
    List<String> about = succeeded("get", "gross", "--about").lines().map(String::strip).toList();
    assertEquals("script       gross version 1 of tenant default", about.get(0));
    assertEquals("kind         module", about.get(1));
    assertEquals("sha256       " + put.getSha256(), about.get(2));
    assertEquals("limits       cpu=200ms", about.get(3));
    assertEquals("modules      vat", about.get(4));
    assertEquals("put          " + put.getCreated() + " by jo", about.get(5));

    String other = file("vat.mjs", "export default 1.1;\n");
    succeeded("put", "gross", script, "--import", "vat=" + other, "--limit", "wall=1s");
    assertEquals(
        """
        limits: cpu=200ms → wall=1000ms
        --- gross version 1 module vat
        +++ gross version 2 module vat
        @@ -1,1 +1,1 @@
        -export default 1.2;
        +export default 1.1;
        """,
        succeeded("diff", "gross", "1", "2"));
    succeeded("put", "gross", file("gross.js", "input * 1.2\n"), "--limit", "cpu=200ms");
    String toScript = succeeded("diff", "gross", "1", "3");
    assertTrue(
        toScript.startsWith("kind: module → script\nmodules: vat → none\n--- gross version 1\n"),
        toScript);
    succeeded("rollback", "gross", "--to", "1");
    assertEquals(
        "They are the same in source, modules, kind and limits\n",
        succeeded("diff", "gross", "1", "4"));
  }

  private static String sha256(String text) throws GeneralSecurityException {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
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
