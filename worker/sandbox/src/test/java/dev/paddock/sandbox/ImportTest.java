package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Answer;
import dev.paddock.sandbox.wire.Ending;
import dev.paddock.sandbox.wire.GuestError;
import dev.paddock.sandbox.wire.Script;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A script may import nothing but what its own source brings, however it names the rest. */
class ImportTest {

  private static final String HINT = "a script can import only what came with it; bundle the rest";

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "import fs from 'fs'; export default () => 1                         | fs",
        "import { readFile } from 'node:fs/promises'; export default readFile | node:fs/promises",
        "import './other.mjs'; export default () => 1                        | other.mjs",
        "import data from './x.json' with { type: 'json' }; export default () => data | x.json",
        "import text from './x' with { type: 'text' }; export default () => text | x",
        "export * from '../../../etc/passwd'; export default () => 1         | etc/passwd",
        "import 'file:///etc/passwd'; export default () => 1                 | file:/etc/passwd",
        "import 'https://example.com/x.mjs'; export default () => 1          | https:/example.com/x.mjs",
      })
  void whatAModuleImportsStaticallyIsNamedInTheError(String source, String wanted)
      throws IOException {
    GuestError error = error(sandbox.runModule(source, "null"));
    assertEquals(
        "Error reading module '" + wanted + "' imported from module.mjs: " + HINT, error.message());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "fs                            | fs",
        "./other.mjs                   | other.mjs",
        "/proc/self/environ            | proc/self/environ",
        "../../../etc/passwd           | etc/passwd",
        "file:///etc/passwd            | file:/etc/passwd",
        "file://localhost/etc/passwd   | file:/localhost/etc/passwd",
        "https://example.com/x.mjs     | https:/example.com/x.mjs",
        "jar:file:/x.jar!/y            | jar:file:/x.jar!/y",
        "%2e%2e/etc/passwd             | %2e%2e/etc/passwd",
        "\\0                           | _",
        ".                             | ``",
        "paddock:realm.js              | paddock:realm.js",
      })
  void aDynamicImportIsRefusedInScriptsAndModulesAlike(String specifier, String wanted)
      throws IOException {
    for (String attributes : new String[] {"", ", { with: { type: 'json' } }"}) {
      String call = "import('" + specifier + "'" + attributes + ")";
      for (Answer answer :
          new Answer[] {
            sandbox.run(call, "null"), sandbox.runModule("export default () => " + call, "null"),
          }) {
        GuestError error = error(answer);
        assertTrue(
            error.message().startsWith("Error reading module '" + wanted + "' imported from ")
                && error.message().endsWith(HINT),
            error.message());
        assertEquals(1, error.line());
      }
    }
  }

  @Test
  void aModuleMayImportItselfAndWhatItsSourceSpellsOut() throws IOException {
    assertEquals(
        "[true,5]",
        output(
            "export const self = {};"
                + "export default async () => ["
                + "(await import('./module.mjs')).self === self,"
                + "(await import('data:text/javascript,export default 5')).default]"));
  }

  @Test
  void whatCameWithAScriptIsImportedByItsNameAndNothingElse() throws IOException {
    Map<String, String> modules =
        Map.of(
            "prices", "import { vat } from './lib/vat.mjs'; export const gross = (n) => n * vat;",
            "lib/vat.mjs", "import { rate } from './rate.mjs'; export const vat = 1 + rate;",
            "lib/rate.mjs", "export const rate = 0.5;",
            "../../etc/passwd", "export default 'from the request'");
    Script module =
        new Script(
            "module.mjs",
            Script.Kind.MODULE,
            "import { gross } from 'prices'; export default async (input) =>"
                + " [gross(input), (await import('/etc/passwd')).default]",
            modules);
    assertEquals("[3,\"from the request\"]", output(sandbox.run(module, "2", TestSandbox.LIMITS)));
    Script script =
        new Script(
            "script.js", Script.Kind.SCRIPT, "import('prices').then((m) => m.gross(4))", modules);
    assertEquals("6", output(sandbox.run(script, "null", TestSandbox.LIMITS)));
    Script without = new Script("module.mjs", Script.Kind.MODULE, module.source());
    assertTrue(
        error(sandbox.run(without, "2", TestSandbox.LIMITS)).message().contains("'prices'"),
        "another run's modules are gone");
  }

  @Test
  void importMetaHasTheModulesNameAndNoMore() throws IOException {
    assertEquals(
        "[[\"url\",\"file:///module.mjs\"]]",
        output(
            "export default () => Reflect.ownKeys(import.meta).map((k) => [k, import.meta[k]])"));
  }

  private static String output(String source) throws IOException {
    return output(sandbox.runModule(source, "null"));
  }

  private static String output(Answer answer) {
    return String.valueOf(assertInstanceOf(Ending.Succeeded.class, answer.ending()).output());
  }

  private static GuestError error(Answer answer) {
    return assertInstanceOf(Ending.Failed.class, answer.ending()).error();
  }
}
