package dev.paddock.worker.app;

import dev.paddock.worker.Outcome;
import dev.paddock.worker.Position;
import dev.paddock.worker.Spans;
import dev.paddock.worker.catalog.Catalog;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.ManagementConfig;
import dev.paddock.worker.config.RegistryTrouble;
import dev.paddock.worker.config.Secret;
import dev.paddock.worker.config.SerializationConfig;
import dev.paddock.worker.dispatch.Dispatcher;
import dev.paddock.worker.intake.Inlet;
import dev.paddock.worker.intake.Intake;
import dev.paddock.worker.intake.RecordReader;
import dev.paddock.worker.intake.RecordReaders;
import dev.paddock.worker.intake.RequestReader;
import dev.paddock.worker.intake.ShareIntake;
import dev.paddock.worker.intake.ShareTerms;
import dev.paddock.worker.intake.Transactions;
import dev.paddock.worker.observe.Health;
import dev.paddock.worker.observe.ManagementServer;
import dev.paddock.worker.observe.Metrics;
import dev.paddock.worker.observe.Tracing;
import dev.paddock.worker.pipeline.Pipelines;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import dev.paddock.worker.publish.Outlet;
import dev.paddock.worker.publish.Publisher;
import dev.paddock.worker.publish.TransactionalPublisher;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.Serializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running worker: intake, dispatch, pool and publish in one process. Methods may be called from
 * any thread.
 */
public final class Worker implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  /** A registry that is just being restarted is no reason not to start. */
  private static final Duration REGISTRY_PATIENCE = Duration.ofSeconds(20);

  /** Of the worker that had this one's intake.instance.id: longer than a session lasts. */
  private static final Duration MEMBERSHIP_PATIENCE = Duration.ofSeconds(90);

  private final Configuration configuration;
  private final Pipelines pipelines;
  private final Tracing tracing;
  private final Outlet publisher;
  private final SandboxPool pool;
  private final Catalog catalog;
  private final Dispatcher dispatcher;
  private final Inlet intake;
  private final Workbench workbench;
  private final Metrics metrics;
  private final WorkerMeters meters;
  private final @Nullable ManagementServer management;
  private final Clock clock;
  private final Instant startedAt;
  private volatile boolean begun;
  private volatile boolean closed;

  /** Completes when the worker is closed, exceptionally when it can no longer work. */
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  /**
   * Starts a worker.
   *
   * @param home the folder that has the sandbox's jars in {@code sandbox/}
   * @throws StartException where topics, registry or sandboxes are not there
   * @throws InterruptedException where the thread is interrupted; nothing is left running
   */
  public static Worker start(Configuration configuration, Path home) throws InterruptedException {
    Worker worker = setUp(configuration, home);
    try {
      worker.begin();
      return worker;
    } catch (IllegalStateException e) {
      worker.close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (StartException | InterruptedException e) {
      worker.close();
      throw e;
    }
  }

  private static Worker setUp(Configuration configuration, Path home) throws InterruptedException {
    try {
      // First, since sandboxes start while Kafka is asked.
      SandboxPool pool =
          new SandboxPool(
              SandboxCommand.of(home, configuration.limits().ceilings().heapBytes()),
              configuration.pool());
      try {
        Topics.requireForWorker(configuration);
        GroupName.requireOwnKind(configuration);
        @Nullable ShareTerms terms =
            configuration.intake().shared() ? ShareGroup.require(configuration) : null;
        return new Worker(configuration, terms, pool, Clock.systemUTC());
      } catch (IOException | RuntimeException | InterruptedException e) {
        pool.close();
        throw e;
      }
    } catch (IOException | IllegalStateException | KafkaException e) {
      throw new StartException("The worker cannot be set up: " + RegistryTrouble.reasons(e), e);
    }
  }

  /**
   * @param terms of the share group, or null where the workers are none
   * @param pool closed with this, but not where this fails
   */
  private Worker(Configuration given, @Nullable ShareTerms terms, SandboxPool pool, Clock clock)
      throws IOException {
    this.pool = pool;
    this.clock = clock;
    this.startedAt = clock.instant();
    metrics = new Metrics(given.management().metricsNames(), clock);
    // What Kafka's clients count has no other way out.
    configuration =
        given.management().address() == null
            ? given
            : given.withKafka(given.kafka().with(metrics::watched));
    SerializationConfig serialization = configuration.serialization();
    Map<String, Object> properties = configuration.registry().serdeProperties();
    Deque<AutoCloseable> made = new ArrayDeque<>(List.of(metrics));
    try {
      pipelines = new Pipelines(configuration, clock);
      made.push(pipelines);
      tracing = Tracing.start(configuration, clock);
      made.push(tracing);
      Spans spans = metrics.counted(tracing);
      Serializer<Object> serializer = serialization.newSerializer(properties);
      @Nullable Transactions transactions;
      if (configuration.delivery().transactional()) {
        TransactionalPublisher transactional =
            new TransactionalPublisher(
                configuration,
                serializer,
                pipelines,
                spans,
                this::settled,
                metrics::delivered,
                clock);
        publisher = transactional;
        transactions = new PublisherTransactions(transactional);
      } else {
        publisher =
            new Publisher(
                configuration,
                serializer,
                pipelines,
                spans,
                this::settled,
                metrics::delivered,
                clock);
        transactions = null;
      }
      made.push(publisher);
      catalog = new Catalog(configuration);
      made.push(catalog);
      dispatcher =
          new Dispatcher(
              pool,
              configuration.dispatch(),
              configuration.limits(),
              catalog,
              this::finished,
              clock);
      made.push(dispatcher);
      intake =
          terms != null
              ? new ShareIntake(
                  configuration, () -> readers(clock), dispatcher, this::finished, terms, clock)
              : new Intake(
                  configuration,
                  readers(clock),
                  dispatcher,
                  dispatcher::forget,
                  this::finished,
                  transactions,
                  clock);
      made.push(intake);
      workbench = new Workbench(configuration.limits(), dispatcher, clock);
      meters =
          new WorkerMeters(metrics.registry(), pool, dispatcher, intake, publisher, this::health);
      InetSocketAddress address = configuration.management().address();
      management = address == null ? null : startManagement(address);
    } catch (IOException | RuntimeException e) {
      made.forEach(Worker::closeAfter);
      throw e;
    }
  }

  /** How the worker is. */
  public Health health() {
    List<String> troubles = new ArrayList<>();
    if (end.isCompletedExceptionally()) {
      troubles.add("The worker cannot go on: " + end.exceptionNow().getMessage());
    } else if (closed) {
      troubles.add("The worker is stopping");
    } else if (!begun) {
      troubles.add("The worker is starting");
    }
    String poolTrouble = pool.trouble();
    if (poolTrouble != null) {
      troubles.add("No sandbox can be started: " + poolTrouble);
    }
    String catalogTrouble = catalog.trouble();
    if (catalogTrouble != null) {
      troubles.add(catalogTrouble);
    }
    troubles.addAll(intake.troubles());
    return new Health(!end.isCompletedExceptionally(), troubles, pool.statistics().lost());
  }

  /** Where health is told, or null where nobody asked for it. */
  public @Nullable InetSocketAddress managementAddress() {
    return management == null ? null : management.address();
  }

  /** How the sandboxes are. */
  public SandboxPool pool() {
    return pool;
  }

  /**
   * Waits until the worker is closed or can no longer work.
   *
   * @return why it can no longer work, or null where it was closed
   */
  public @Nullable Throwable awaitEnd() throws InterruptedException {
    try {
      end.get();
      return null;
    } catch (ExecutionException e) {
      return e.getCause();
    }
  }

  /**
   * Stops reading, waits for running requests as long as intake.drain.ms says, commits what is
   * published, and stops everything. What is not finished is run again by another worker.
   */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    // A worker that cannot write any more would wait for nothing.
    intake.stop(end.isCompletedExceptionally() ? Duration.ZERO : configuration.intake().drain());
    // A runner that still waits for a script learns of the end by the end of its sandbox.
    pool.close();
    dispatcher.close();
    catalog.close();
    publisher.close();
    tracing.close();
    pipelines.close();
    if (management != null) {
      management.close();
    }
    metrics.close();
    end.complete(null);
  }

  private ManagementServer startManagement(InetSocketAddress address) throws IOException {
    ManagementConfig config = configuration.management();
    Secret token = config.token();
    SSLContext tls = ManagementTls.context(config.keystore());
    try {
      ManagementServer server =
          ManagementServer.start(
              address,
              token == null ? null : token.value(),
              tls,
              new ManagementServer.Views(
                  this::health, this::scrape, this::view, config.workbench() ? workbench : null));
      if (token != null && tls == null && !server.address().getAddress().isLoopbackAddress()) {
        LOG.warn(
            "management.token can be read on its way: management.address is {}, and"
                + " management.ssl.keystore.location is not set",
            server.address());
      }
      return server;
    } catch (SocketException e) {
      throw new IOException(
          "management.address is %s, where nothing can listen: %s; choose another"
              .formatted(address, e.getMessage()),
          e);
    }
  }

  private void begin() throws InterruptedException {
    catalog.start(); // which reads while the publisher asks
    publisher.start(REGISTRY_PATIENCE);
    if (!catalog.awaitLoaded(REGISTRY_PATIENCE)) {
      throw new IllegalStateException(
          Objects.requireNonNullElse(catalog.trouble(), "The catalog of scripts takes too long"));
    }
    pipelines.start(catalog, REGISTRY_PATIENCE);
    pool.awaitReady(configuration.pool().startTimeout());
    for (CompletableFuture<Void> failure :
        List.of(publisher.failure(), dispatcher.failure(), intake.failure())) {
      var _ = failure.whenComplete((_, cause) -> fail(cause));
    }
    StaticMembership.awaitFree(configuration, MEMBERSHIP_PATIENCE);
    intake.start();
    begun = true;
    LOG.info(
        "Worker {} reads {} in group {} with {} sandboxes",
        configuration.workerId(),
        String.join(", ", configuration.topicsRead()),
        configuration.intake().group(),
        pool.size());
  }

  /** Readers of all that is read, for one thread. */
  private RecordReaders readers(Clock clock) {
    Map<String, RecordReader> readers = pipelines.readers();
    if (configuration.intake().requests()) {
      readers.put(
          configuration.topics().requests(),
          new RequestReader(
              configuration
                  .serialization()
                  .newDeserializer(configuration.registry().serdeProperties()),
              clock));
    }
    return new RecordReaders(readers);
  }

  private void fail(@Nullable Throwable failure) {
    if (failure != null && end.completeExceptionally(failure)) {
      LOG.error("The worker cannot go on: {}", failure.getMessage(), failure);
    }
  }

  private static void closeAfter(AutoCloseable part) {
    try {
      part.close();
    } catch (Exception e) {
      LOG.warn("{} did not close", part, e);
    }
  }

  /** What became of something, on its way out. */
  private void finished(Outcome outcome) {
    if (Workbench.isOwn(outcome)) {
      workbench.accept(outcome);
    } else {
      metrics.finished(outcome);
      publisher.accept(outcome);
    }
  }

  private String scrape() {
    meters.renew();
    return metrics.scrape();
  }

  private WorkerView view() {
    return new WorkerView(
        clock.millis(),
        configuration.workerId(),
        configuration.intake().group(),
        Duration.between(startedAt, clock.instant()).toMillis(),
        health().troubles(),
        pool.size(),
        pool.sandboxes(),
        pool.statistics(),
        dispatcher.statistics(),
        intake.statistics(),
        publisher.statistics(),
        metrics.activity().glance());
  }

  private void settled(Position position) {
    intake.settled(position);
  }

  private void settled(Position position, long stay, int bytes) {
    switch (intake) {
      case Intake partitions -> partitions.settled(position, stay, bytes);
      case ShareIntake _ -> throw new IllegalStateException("A share group has no transactions");
    }
  }
}
