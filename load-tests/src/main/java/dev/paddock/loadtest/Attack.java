package dev.paddock.loadtest;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.cli.CommandFailure;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A script that means harm, of {@code load-tests/peers/attacks.json}.
 *
 * @param name as options and reports have it
 * @param about what it does
 * @param source a function expression that takes the input
 * @param success what is lost where it succeeds; null where its success alone does no harm
 */
record Attack(String name, String about, String source, @Nullable String success) {

  /** All of them. */
  static List<Attack> all() throws IOException {
    return new JsonMapper()
        .readValue(PeerScript.resource("attacks.json"), new TypeReference<List<Attack>>() {});
  }

  /**
   * Those of some names.
   *
   * @param names all where there are none
   * @throws CommandFailure where a name is of none
   */
  static List<Attack> of(List<String> names) throws IOException {
    List<Attack> all = all();
    List<String> known = all.stream().map(Attack::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw CommandFailure.usage(
            "--attacks has \"%s\"; there are %s".formatted(name, String.join(", ", known)));
      }
    }
    return names.isEmpty()
        ? all
        : all.stream().filter(attack -> names.contains(attack.name())).toList();
  }
}
