package dev.paddock.worker.intake;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.RetriableCommitFailedException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.DisconnectException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.IllegalGenerationException;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.StaleMemberEpochException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownMemberIdException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends a worker, and what does not. */
class KafkaTroubleTest {

  private static Stream<KafkaException> passing() {
    return Stream.of(
        new DisconnectException(),
        new TimeoutException(),
        new RetriableCommitFailedException("the coordinator moves"),
        new CommitFailedException(),
        new UnknownMemberIdException(),
        new IllegalGenerationException(),
        new StaleMemberEpochException("an old epoch"),
        new RebalanceInProgressException());
  }

  private static Stream<KafkaException> lasting() {
    return Stream.of(
        new TopicAuthorizationException("requests"),
        GroupAuthorizationException.forGroupId("paddock"),
        new FencedInstanceIdException("another has its id"),
        new KafkaException("of which nothing is known"));
  }

  @ParameterizedTest
  @MethodSource("passing")
  void aBrokerThatIsAwayAndAGroupThatIsRebalancingPass(KafkaException failure) {
    assertTrue(KafkaTrouble.passes(failure));
  }

  @ParameterizedTest
  @MethodSource("lasting")
  void aRefusalDoesNotPass(KafkaException failure) {
    assertFalse(KafkaTrouble.passes(failure));
  }
}
