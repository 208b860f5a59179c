package dev.paddock.worker.app;

import dev.paddock.worker.config.Configuration;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.GroupListing;
import org.apache.kafka.common.GroupType;
import org.apache.kafka.common.acl.AclOperation;

/** Looks whether the group's name belongs to a group of another kind. */
final class GroupName {

  private GroupName() {}

  /**
   * Looks once. Kafka itself would say that there is no such group.
   *
   * @throws StartException where it does, or Kafka does not answer
   */
  static void requireOwnKind(Configuration configuration) throws InterruptedException {
    String name = configuration.intake().group();
    boolean shared = configuration.intake().shared();
    try (Admin admin = Topics.admin(configuration)) {
      // Groups that this user may not see are not among them.
      Collection<GroupListing> groups = Topics.await(admin.listGroups().all());
      Set<GroupType> others =
          groups.stream()
              .filter(group -> group.groupId().equals(name))
              .flatMap(group -> group.type().stream())
              .filter(type -> type == GroupType.STREAMS || (type == GroupType.SHARE) != shared)
              .collect(Collectors.toSet());
      if (!others.isEmpty()) {
        throw new StartException(
            "intake.group is %s, and Kafka has a group of that name and of type %s; with intake.mode %s set intake.group to another name, or delete that group"
                .formatted(name, others.iterator().next(), shared ? "share-group" : "partitions"));
      }
    } catch (ExecutionException | TimeoutException e) {
      throw Topics.refusal(
          configuration, "The groups cannot be looked up", e, AclOperation.DESCRIBE);
    }
  }
}
