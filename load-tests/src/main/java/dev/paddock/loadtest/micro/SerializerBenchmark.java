package dev.paddock.loadtest.micro;

import dev.paddock.loadtest.Workload;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.ExecutionStatus;
import dev.paddock.schemas.SourcePosition;
import dev.paddock.schemas.Usage;
import dev.paddock.worker.cli.training.TrainingRegistry;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Requests from Avro and results to Avro, with schemas that the registry's client has cached. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
public class SerializerBenchmark {

  private static final String TOPIC = "topic";

  /** Of the request's input or the result's output. */
  @Param private Size size = Size.SMALL;

  private final TrainingRegistry registry;
  private final Serializer<Object> serializer;
  private final Deserializer<Object> deserializer;
  private ExecutionResult result;
  private byte[] request = {};

  /** Begins with a registry on loopback. */
  public SerializerBenchmark() {
    registry = registry();
    Configuration configuration = Configuration.of(Map.of("registry.url", registry.url()));
    Map<String, Object> properties = configuration.registry().serdeProperties();
    serializer = configuration.serialization().newSerializer(properties);
    deserializer = configuration.serialization().newDeserializer(properties);
    // Only now: the classes of its parts are trusted since there is a serializer.
    result = result(size);
  }

  private static TrainingRegistry registry() {
    try {
      return new TrainingRegistry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes the records. */
  @Setup
  public void make() {
    ExecutionRequest whole = Workload.request().setInput(size.json()).build();
    request = serializer.serialize(TOPIC, whole);
    result = result(size);
  }

  /** Ends all of it. */
  @TearDown
  public void close() {
    serializer.close();
    deserializer.close();
    registry.close();
  }

  /** A request's bytes become a request. */
  @Benchmark
  public Object decodeRequest() {
    return deserializer.deserialize(TOPIC, request);
  }

  /** A result becomes bytes. */
  @Benchmark
  public byte[] encodeResult() {
    return serializer.serialize(TOPIC, result);
  }

  private static ExecutionResult result(Size size) {
    return ExecutionResult.newBuilder()
        .setExecutionId("requests-0-1")
        .setTenant("default")
        .setStatus(ExecutionStatus.SUCCEEDED)
        .setOutput(size.json())
        .setUsage(new Usage(300L, 400L, 500L, 0L, 65_536L))
        .setScriptSha256("0123456789abcdef".repeat(4))
        .setSource(new SourcePosition("requests", 0, 1L))
        .setWorker("worker")
        .setCompletedAt(Instant.EPOCH)
        .build();
  }
}
