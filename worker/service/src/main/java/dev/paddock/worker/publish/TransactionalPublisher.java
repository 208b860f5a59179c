package dev.paddock.worker.publish;

import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.KafkaRefusal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what became of requests until it is released, and then writes it together with the offsets,
 * in one transaction and in the order of the requests of each partition. A transaction that fails
 * is made again from what is kept. What can never be written ends the worker.
 *
 * <p>Methods may be called from any thread and never block, but for {@link #start} and {@link
 * #close}; one thread of its own has the outcomes and the producer.
 */
public final class TransactionalPublisher implements Outlet {

  private static final Logger LOG = LoggerFactory.getLogger(TransactionalPublisher.class);

  private static final long BACK_OFF_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  /** Is told what is kept. */
  @FunctionalInterface
  public interface Kept {

    /**
     * An outcome waits for its release. Must not block.
     *
     * @param stay what came with {@link TransactionalPublisher#begin}
     * @param bytes what the outcome takes in memory
     */
    void kept(Position position, long stay, int bytes);
  }

  private sealed interface Message {

    record Done(Outcome outcome) implements Message {}

    record Begin(TopicPartition partition, long offset, long stay, long sinceNanos)
        implements Message {}

    record Forget(Set<TopicPartition> partitions) implements Message {}

    record Release(
        Map<TopicPartition, Long> offsets,
        ConsumerGroupMetadata group,
        CompletableFuture<Boolean> committed)
        implements Message {}
  }

  private final LetterSerializer serializer;
  private final Binder binder;
  private final Kept kept;
  private final LongConsumer delivered;
  private final Transactor transactor;
  private final Shelf shelf = new Shelf();
  private final BlockingQueue<Message> inbox = new LinkedBlockingQueue<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();
  private final Thread thread = Thread.ofPlatform().name("publish").unstarted(this::run);
  private final LongAdder committed = new LongAdder();
  private final LongAdder commitNanos = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder stale = new LongAdder();
  private volatile @Nullable String trouble;

  /**
   * Prepares to write; {@link #start} begins.
   *
   * @param serializer of results and violations; closed with this
   * @param events called by the thread that writes
   * @param spans called by the thread that writes
   * @param kept called by the thread that writes
   * @param delivered likewise, told the timestamp of each request whose outcome is committed, in ms
   *     since the epoch
   */
  public TransactionalPublisher(
      Configuration configuration,
      Serializer<Object> serializer,
      EventWriter events,
      Spans spans,
      Kept kept,
      LongConsumer delivered,
      Clock clock) {
    this.serializer = new LetterSerializer(configuration, serializer, clock);
    this.binder =
        new Binder(
            new Letters(configuration.workerId(), events, spans),
            this.serializer,
            configuration.kafka().maxRequestBytes());
    this.kept = kept;
    this.delivered = delivered;
    this.transactor = new Transactor(configuration);
  }

  @Override
  public void start(Duration patience) throws InterruptedException {
    serializer.registerSchemas(patience);
    try {
      transactor.start();
    } catch (InterruptException e) {
      Thread.interrupted(); // which Kafka has set again
      throw (InterruptedException) new InterruptedException().initCause(e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          ("Results cannot be written in transactions, because Kafka's transaction coordinator does"
                  + " not answer: %s; it needs as many brokers as the brokers'"
                  + " transaction.state.log.replication.factor says, which is 3 where it is not set;"
                  + " or set delivery.guarantee to at-least-once")
              .formatted(e.getMessage()),
          e);
    } catch (KafkaException e) {
      throw new IllegalStateException(
          "Results cannot be written in transactions: "
              + KafkaRefusal.describe(e, AclOperation.WRITE),
          e);
    }
    thread.start();
  }

  @Override
  public void accept(Outcome outcome) {
    inbox.add(new Message.Done(outcome));
  }

  /**
   * A partition is read from this offset on; what is below it, or was read before this, is not
   * kept.
   */
  public void begin(TopicPartition partition, long offset, long stay) {
    inbox.add(new Message.Begin(partition, offset, stay, System.nanoTime()));
  }

  /** Nothing of these partitions is kept any longer. */
  public void forget(Collection<TopicPartition> partitions) {
    inbox.add(new Message.Forget(Set.copyOf(partitions)));
  }

  /**
   * Writes what is kept below these offsets, and the offsets, in one transaction. The one before
   * must have ended.
   *
   * @return whether that is committed; false where the group has gone on without this member, or
   *     nothing can be written any more. Never completes exceptionally.
   */
  public CompletableFuture<Boolean> release(
      Map<TopicPartition, Long> offsets, ConsumerGroupMetadata group) {
    CompletableFuture<Boolean> committed = new CompletableFuture<>();
    inbox.add(new Message.Release(Map.copyOf(offsets), group, committed));
    if (failure.isDone()) {
      committed.complete(false);
    }
    return committed;
  }

  /** Why the last transaction failed, which is made again, or null where it did not. */
  public @Nullable String trouble() {
    return trouble;
  }

  @Override
  public PublishStatistics statistics() {
    return new PublishStatistics(committed.sum(), commitNanos.sum(), failed.sum(), stale.sum());
  }

  @Override
  public CompletableFuture<Void> failure() {
    return failure;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    transactor.close();
    serializer.close();
  }

  private void run() {
    try {
      while (true) {
        Message message = inbox.take();
        if (message instanceof Message.Release release) {
          write(release);
        } else {
          var _ = note(message);
        }
      }
    } catch (InterruptedException | InterruptException e) {
      LOG.debug("Stopped", e);
    } catch (RuntimeException | Error e) {
      end(e);
    }
  }

  private void end(Throwable cause) {
    failure.completeExceptionally(WriteFailure.ofEverything(cause));
    List<Message> left = new ArrayList<>();
    inbox.drainTo(left);
    left.forEach(
        message -> {
          if (message instanceof Message.Release release) {
            release.committed().complete(false);
          }
        });
  }

  /** Takes a message that is no release; gives the partitions that it takes away. */
  private Set<TopicPartition> note(Message message) throws InterruptedException {
    switch (message) {
      case Message.Done(Outcome outcome) -> keep(outcome);
      case Message.Begin(var partition, long offset, long stay, long sinceNanos) ->
          shelf.begin(partition, offset, stay, sinceNanos);
      case Message.Forget(Set<TopicPartition> partitions) -> {
        shelf.forget(partitions);
        return partitions;
      }
      case Message.Release _ -> throw new IllegalStateException("one release at a time");
    }
    return Set.of();
  }

  private void keep(Outcome outcome) throws InterruptedException {
    long stay = shelf.stayOf(outcome);
    if (stay != Shelf.NO_STAY) {
      Bundle bundle = binder.bind(outcome);
      shelf.put(bundle);
      kept.kept(outcome.position(), stay, bundle.bytes());
    }
  }

  private void write(Message.Release release) throws InterruptedException {
    boolean committed = false;
    try {
      committed = commit(release);
    } finally {
      release.committed().complete(committed);
    }
  }

  private boolean commit(Message.Release release) throws InterruptedException {
    while (true) {
      List<Bundle> bundles = shelf.below(release.offsets());
      long begunNanos = System.nanoTime();
      Transactor.Ending ending = transactor.run(bundles, release.offsets(), release.group());
      long wait = 0;
      switch (ending) {
        case Transactor.Ending.Committed _ -> {
          commitNanos.add(System.nanoTime() - begunNanos);
          committed.increment();
          shelf.written(release.offsets());
          bundles.forEach(this::tellWritten);
          if (trouble != null) {
            LOG.info("Kafka takes transactions again");
            trouble = null;
          }
          return true;
        }
        case Transactor.Ending.Stale(String reason) -> {
          stale.increment();
          LOG.info("A transaction was given up, since the group has changed: {}", reason);
          return false;
        }
        case Transactor.Ending.Refused(var bundle, var sheet, var reason) -> {
          failed.increment();
          if (!binder.cut(bundle, sheet, reason)) {
            throw WriteFailure.of(bundle.position(), sheet.record().topic(), reason);
          }
        }
        case Transactor.Ending.Failed(String reason) -> {
          failed.increment();
          if (trouble == null) {
            LOG.warn("A transaction failed, which is made again: {}", reason);
          }
          trouble = reason;
          wait = BACK_OFF_NANOS;
        }
      }
      if (isForgotten(release, wait)) {
        return false;
      }
    }
  }

  private void tellWritten(Bundle bundle) {
    bundle.written();
    Long requestedAt = bundle.requestedAt();
    if (requestedAt != null) {
      delivered.accept(requestedAt);
    }
  }

  /** Takes messages for this long; whether a partition of the release was taken away by then. */
  private boolean isForgotten(Message.Release release, long nanos) throws InterruptedException {
    long until = System.nanoTime() + nanos;
    boolean forgotten = false;
    while (true) {
      @Nullable Message message = inbox.poll(until - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (message == null) {
        return forgotten;
      }
      forgotten |= !Collections.disjoint(note(message), release.offsets().keySet());
    }
  }
}
