package dev.paddock.worker.pipeline;

import dev.paddock.schemas.registry.RegisteredSchema;
import dev.paddock.schemas.registry.RegistryClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest schema of a subject, looked up again now and then. A registry that is away costs
 * nothing but news. Used by one thread.
 */
final class SubjectSchema {

  private static final Logger LOG = LoggerFactory.getLogger(SubjectSchema.class);

  private static final Duration FRESH = Duration.ofSeconds(30);

  /** Scripts whose output never fits must not keep the registry busy. */
  private static final Duration SHORTEST = Duration.ofSeconds(1);

  private final String subject;
  private final RegistryClient registry;
  private final Clock clock;
  private Instant lookedAt = Instant.MIN;
  private @Nullable RegisteredSchema known;

  SubjectSchema(String subject, RegistryClient registry, Clock clock) {
    this.subject = subject;
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * Looks it up for the first time.
   *
   * @throws KafkaException where the registry cannot be used, or has no such subject
   */
  void load() {
    known = registry.latest(subject);
    lookedAt = clock.instant();
  }

  /** The latest version, or one that was that some seconds ago. */
  RegisteredSchema latest() {
    if (known == null) {
      throw new IllegalStateException("load() comes first");
    }
    renew(FRESH);
    return known;
  }

  /** The latest version where that is not this one, otherwise null. */
  @Nullable RegisteredSchema newerThan(RegisteredSchema schema) {
    renew(SHORTEST);
    return schema.equals(known) ? null : known;
  }

  private void renew(Duration after) {
    if (clock.instant().isBefore(lookedAt.plus(after))) {
      return;
    }
    RegisteredSchema before = known;
    try {
      load();
    } catch (KafkaException e) {
      LOG.debug("There may be a newer schema of {}", subject, e);
      lookedAt = clock.instant();
    }
    if (before != null && known != null && before.version() != known.version()) {
      LOG.info("Subject {} has version {} by now", subject, known.version());
    }
  }
}
