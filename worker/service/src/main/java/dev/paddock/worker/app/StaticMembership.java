package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.IntakeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until nobody in the group has this worker's intake.instance.id any more. With the consumer
 * protocol Kafka refuses a second member of one id for good, and one that was killed is a member
 * until its session times out.
 */
final class StaticMembership {

  private static final Logger LOG = LoggerFactory.getLogger(StaticMembership.class);

  private static final long LOOK_MILLIS = 200;

  /** What Kafka says of a static member that has left for the time being. */
  private static final int LEFT_EPOCH = -2;

  private StaticMembership() {}

  /**
   * Waits, where the worker is to be a static member by the consumer protocol.
   *
   * @throws StartException where somebody still has the id in the end
   */
  static void awaitFree(Configuration configuration, Duration patience)
      throws InterruptedException {
    IntakeConfig intake = configuration.intake();
    String id = intake.instanceId();
    if (id == null || intake.shared() || !intake.protocol().equals("consumer")) {
      return;
    }
    long end = System.nanoTime() + patience.toNanos();
    boolean told = false;
    try (Admin admin = Topics.admin(configuration)) {
      Optional<String> owner = owner(admin, intake.group(), id);
      while (owner.isPresent()) {
        if (System.nanoTime() > end) {
          throw new StartException(
              "intake.instance.id is %s, which worker %s of group %s has; give each worker its own"
                  .formatted(id, owner.get(), intake.group()));
        }
        if (!told) {
          LOG.info("Waits until {} no longer is the group's member {}", owner.get(), id);
          told = true;
        }
        TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        owner = owner(admin, intake.group(), id);
      }
    }
  }

  /** Who has the id, by its client id. */
  private static Optional<String> owner(Admin admin, String group, String id)
      throws InterruptedException {
    try {
      return admin.describeConsumerGroups(List.of(group)).all().get().values().stream()
          .flatMap(description -> description.members().stream())
          .filter(member -> member.groupInstanceId().equals(Optional.of(id)))
          .filter(member -> !member.memberEpoch().equals(Optional.of(LEFT_EPOCH)))
          .map(MemberDescription::clientId)
          .findFirst();
    } catch (ExecutionException e) {
      // Whoever may not look, or is the first of the group, learns the rest by reading.
      return e.getCause() instanceof RetriableException
          ? Optional.of("(Kafka does not say who)")
          : Optional.empty();
    }
  }
}
