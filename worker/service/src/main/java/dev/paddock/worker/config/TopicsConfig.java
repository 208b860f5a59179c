package dev.paddock.worker.config;

import java.util.List;

/**
 * The topics' names, and how new ones are made.
 *
 * @param scripts the catalog's topic
 * @param partitions of a new topic
 * @param replication replicas of a new topic
 */
public record TopicsConfig(
    String requests,
    String results,
    String violations,
    String scripts,
    int partitions,
    short replication) {

  /** The three that requests go through. */
  public List<String> names() {
    return List.of(requests, results, violations);
  }

  /** Those and the catalog's. */
  public List<String> all() {
    return List.of(requests, results, violations, scripts);
  }
}
