package dev.paddock.worker.config;

import java.util.List;

/** Everything that is wrong with a configuration, all at once. */
public final class ConfigurationException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient List<String> problems;

  /**
   * @param problems one sentence each, at least one
   */
  public ConfigurationException(List<String> problems) {
    super(
        (problems.size() == 1
                ? "The configuration has a problem:"
                : "The configuration has " + problems.size() + " problems:")
            + "\n  - "
            + String.join("\n  - ", problems));
    this.problems = List.copyOf(problems);
  }

  /** One sentence per problem. */
  public List<String> problems() {
    return problems;
  }
}
