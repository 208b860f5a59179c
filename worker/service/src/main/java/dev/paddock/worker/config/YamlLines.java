package dev.paddock.worker.config;

import java.io.StringReader;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.parser.ParserException;
import org.yaml.snakeyaml.scanner.ScannerException;

/** Where things stand in a YAML text. */
final class YamlLines {

  /** No key has as many parts; an alias may stand within what it stands for. */
  private static final int DEEPEST = 20;

  private YamlLines() {}

  /**
   * The line of each key, from 1, by its parts joined with dots.
   *
   * @throws org.yaml.snakeyaml.error.YAMLException where the text is no YAML
   * @throws IllegalArgumentException where it is a list, or a value, without keys
   */
  static Map<String, Integer> of(String text) {
    Map<String, Integer> lines = new HashMap<>();
    Node root = new Yaml(new SafeConstructor(new LoaderOptions())).compose(new StringReader(text));
    if (root != null && !(root instanceof MappingNode)) {
      throw new IllegalArgumentException("no keys");
    }
    collect(root, "", 0, lines);
    return lines;
  }

  /**
   * Why a text is no YAML, and where. Not in the parser's words, which quote the line: a password
   * may stand in it.
   */
  static String reason(RuntimeException failure) {
    if (!(failure instanceof MarkedYAMLException marked)) {
      return "it must have keys with values, such as pool.size: 4";
    }
    Mark mark = marked.getProblemMark();
    String where =
        mark == null
            ? ""
            : "line %d, column %d: ".formatted(mark.getLine() + 1, mark.getColumn() + 1);
    return where
        + (marked instanceof ScannerException || marked instanceof ParserException
            ? marked.getProblem()
            : "an alias, a tag or a second document; a text that begins with *, & or ! needs quotes");
  }

  private static void collect(
      @Nullable Node node, String prefix, int depth, Map<String, Integer> lines) {
    if (!(node instanceof MappingNode mapping) || depth > DEEPEST) {
      return;
    }
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode name) {
        String key = prefix + name.getValue().replace("\"", "");
        lines.put(key, name.getStartMark().getLine() + 1);
        collect(entry.getValueNode(), key + ".", depth + 1, lines);
      }
    }
  }
}
