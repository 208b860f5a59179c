package dev.paddock.sandbox;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.paddock.sandbox.wire.Ending;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What there is in a guest's world, to the last property, and how it got there. */
class GlobalsTest {

  @RegisterExtension private static final SharedSandbox sandbox = new SharedSandbox();

  /**
   * A new release of the engine that brings a global fails here: decide, then list or delete it.
   */
  @Test
  void everyGlobalAndItsMembersAreAccountedFor() throws IOException {
    List<String> listed = resource("globals.txt").lines().toList();
    List<String> found =
        Arrays.asList(
                output(resource("list-globals.js").strip() + ".split('\\n')").split("\",\"", -1))
            .stream()
            .map(line -> line.replaceAll("^\\[\"|\"]$", ""))
            .toList();
    assertAll(
        () ->
            assertEquals(
                List.of(), found.stream().filter(line -> !listed.contains(line)).toList(), "new"),
        () ->
            assertEquals(
                List.of(), listed.stream().filter(line -> !found.contains(line)).toList(), "gone"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "URL = 5; [URL, Object.getOwnPropertyDescriptor(globalThis, 'URL').value]      | [5,5]",
        "'use strict'; console = { log: 1 }; console.log                               | 1",
        "var crypto = 7; crypto                                                        | 7",
        "function Event() { return 8 } [Event(), globalThis.Event()]                   | [8,8]",
        "class URL {} [typeof URL, URL === globalThis.URL]                             | [\"function\",false]",
        "const atob = 9; [atob, globalThis.atob('aGk=')]                               | [9,\"hi\"]",
        "delete globalThis.btoa; typeof btoa                                           | \"undefined\"",
        "Object.freeze(globalThis); typeof URL                                         | \"function\"",
        "URL === URL && new URL('x:y') instanceof URL                                  | true",
        "Object.keys(globalThis)                                                       | []",
      })
  void aGlobalIsTheGuestsToReplaceBeforeItIsEverMade(String source, String output)
      throws IOException {
    assertEquals(output, output(source));
  }

  private static String output(String source) throws IOException {
    return String.valueOf(
        assertInstanceOf(Ending.Succeeded.class, sandbox.run(source, "null").ending()).output());
  }

  private static String resource(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(GlobalsTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
