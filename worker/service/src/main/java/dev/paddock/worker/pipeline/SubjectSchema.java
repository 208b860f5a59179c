package dev.paddock.worker.pipeline;

import dev.paddock.schemas.registry.RegisteredSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
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

  private final Supplier<RegisteredSchema> registry;
  private final Clock clock;
  private Instant lookedAt = Instant.MIN;
  private Instant failedAt = Instant.MIN;
  private @Nullable RegisteredSchema known;

  /**
   * @param registry gives the latest version, or throws as a registry client does
   */
  SubjectSchema(Supplier<RegisteredSchema> registry, Clock clock) {
    this.registry = registry;
    this.clock = clock;
  }

  /**
   * Looks it up for the first time.
   *
   * @throws KafkaException where the registry cannot be used, or has no such subject
   */
  void load() {
    known = registry.get();
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
    Instant now = clock.instant();
    if (now.isBefore(lookedAt.plus(after)) || now.isBefore(failedAt.plus(FRESH))) {
      return;
    }
    RegisteredSchema before = known;
    try {
      load();
    } catch (KafkaException e) {
      LOG.debug("There may be a newer schema than {}", before, e);
      failedAt = clock.instant();
    }
    if (before != null && known != null && before.version() != known.version()) {
      LOG.info("Subject {} has version {} by now", known.subject(), known.version());
    }
  }
}
