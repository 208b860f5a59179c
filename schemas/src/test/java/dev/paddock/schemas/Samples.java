package dev.paddock.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One record of every contract, with every field set. */
public final class Samples {

  private static final Instant TIME = Instant.parse("2026-11-25T10:15:30.123Z");

  static {
    TrustedContracts.trust();
  }

  private Samples() {}

  public static ExecutionRequest request() {
    return ExecutionRequest.newBuilder()
        .setExecutionId("e-1")
        .setTenant("t")
        .setScript(
            InlineScript.newBuilder()
                .setName("äöü.mjs")
                .setKind(ScriptKind.MODULE)
                .setSource("export default () => '\uD83D\uDC0E'")
                .build())
        .setInput("{\"a\": [1, 2, 3]}")
        .setLimits(
            Limits.newBuilder().setCpuMillis(5L).setAsyncOperations(7).setInputBytes(8L).build())
        .setDeadline(TIME)
        .setSeed(42L)
        .setLabels(Map.of("k", "v"))
        .build();
  }

  public static ExecutionRequest requestByReference() {
    return ExecutionRequest.newBuilder()
        .setScript(ScriptReference.newBuilder().setId("rule").setVersion(3).build())
        .build();
  }

  public static ExecutionResult result() {
    return ExecutionResult.newBuilder()
        .setExecutionId("e-1")
        .setTenant("t")
        .setStatus(ExecutionStatus.FAILED)
        .setOutput("null")
        .setError(
            ExecutionError.newBuilder()
                .setName("TypeError")
                .setMessage("m")
                .setStack("s")
                .setLine(1)
                .setColumn(2)
                .build())
        .setLogs(List.of(new LogLine("info", "hello", 12L)))
        .setLogsTruncated(true)
        .setUsage(new Usage(1L, 2L, 3L, 4L, 5L))
        .setScriptSha256("ab")
        .setSource(new SourcePosition("paddock.requests", 3, 4L))
        .setWorker("w")
        .setPaddockVersion("0.1.0")
        .setAttempt(2)
        .setCompletedAt(TIME)
        .setLabels(Map.of("k", "v"))
        .build();
  }

  public static Violation violation() {
    return Violation.newBuilder()
        .setExecutionId("e-1")
        .setTenant("t")
        .setKind(ViolationKind.MALFORMED_REQUEST)
        .setLimit(1)
        .setObserved(2)
        .setUnit("bytes")
        .setMessage("m")
        .setScriptSha256("ab")
        .setSource(new SourcePosition("paddock.requests", 3, 4L))
        .setWorker("w")
        .setPaddockVersion("0.1.0")
        .setOccurredAt(TIME)
        .setRawRequest(ByteBuffer.wrap("raw".getBytes(StandardCharsets.UTF_8)))
        .build();
  }
}
