package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.cli.CommandFailure;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** What all that are compared run: the source of a handler, and what it has to give. */
enum PeerScript {
  /** The small rule of the other measurements. */
  RULE,
  /** The JSON transform of a load, without what Node 20 lacks. */
  JSON;

  /** As options and reports have it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * By its label.
   *
   * @throws CommandFailure where there is none of it
   */
  static PeerScript of(String label) {
    return Arrays.stream(values())
        .filter(script -> script.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                CommandFailure.usage(
                    "--scripts has \"%s\"; there are %s"
                        .formatted(
                            label,
                            Arrays.stream(values())
                                .map(PeerScript::label)
                                .collect(Collectors.joining(", ")))));
  }

  /** A function expression that takes the input and gives the output. */
  String source() throws IOException {
    return resource("scripts/" + label() + ".js");
  }

  /** What it gives for {@link Workload#RULE_INPUT}, as JSON text. */
  String output() throws IOException {
    return resource("scripts/" + label() + ".output.json");
  }

  /** A script of some source, as requests have it. */
  static InlineScript inline(String source) {
    return new InlineScript("handler.js", ScriptKind.SCRIPT, source, Map.of());
  }

  /** A file of {@code load-tests/peers}, without white space around it. */
  static String resource(String name) throws IOException {
    try (InputStream in = PeerScript.class.getResourceAsStream("/peers/" + name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), UTF_8).strip();
    }
  }
}
