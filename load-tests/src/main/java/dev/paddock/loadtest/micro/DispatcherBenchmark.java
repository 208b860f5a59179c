package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.worker.Execution;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.Position;
import dev.paddock.worker.cli.Paddock;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.dispatch.Dispatcher;
import dev.paddock.worker.pool.SandboxCommand;
import dev.paddock.worker.pool.SandboxPool;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A backlog of executions that are offered, take their turns by tenant, and are refused then since
 * their deadline has passed: so no sandbox has a part in it. Two threads take them, as with two
 * sandboxes.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class DispatcherBenchmark {

  private static final int EXECUTIONS = 10_000;

  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

  private static final NamedScripts NO_SCRIPTS =
      new NamedScripts() {
        @Override
        public @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version) {
          return null;
        }

        @Override
        public String whereabouts() {
          return "a benchmark";
        }
      };

  /** Whose the executions are, in turns. */
  @Param({"1", "100", "10000"})
  private int tenants = 1;

  private final List<Execution> executions = new ArrayList<>();
  private final Semaphore outcomes = new Semaphore(0);
  private @Nullable SandboxPool pool;
  private @Nullable Dispatcher dispatcher;

  /** Starts the dispatcher, with the pool that it cannot be without. */
  @Setup
  public void start() throws IOException, InterruptedException {
    Configuration configuration = Configuration.of(Map.of("pool.size", "2", "pool.spares", "0"));
    pool =
        new SandboxPool(
            SandboxCommand.of(Paddock.home(), Workload.LIMITS.heapBytes()), configuration.pool());
    pool.awaitReady(START_TIMEOUT);
    dispatcher =
        new Dispatcher(
            pool,
            configuration.dispatch(),
            configuration.limits(),
            NO_SCRIPTS,
            _ -> outcomes.release(),
            Clock.systemUTC());
    for (int i = 0; i < EXECUTIONS; i++) {
      executions.add(
          new Execution(
              new Position("requests", 0, i),
              null,
              Workload.request()
                  .setTenant("tenant-" + i % tenants)
                  .setDeadline(Instant.EPOCH)
                  .build(),
              0,
              1_000,
              1,
              0));
    }
  }

  /** Stops it. */
  @TearDown
  public void close() {
    Objects.requireNonNull(dispatcher).close();
    Objects.requireNonNull(pool).close();
  }

  /** All are offered at once, and waited for. */
  @Benchmark
  @OperationsPerInvocation(EXECUTIONS)
  public void offerAndTake() throws InterruptedException {
    Dispatcher running = Objects.requireNonNull(dispatcher);
    executions.forEach(running);
    outcomes.acquire(EXECUTIONS);
  }
}
