package dev.paddock.worker.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.Position;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Executions of tenants, each at an offset of its own. */
final class Executions {

  /** The topic of what is in another partition than 0. */
  static final String EVENTS = "events";

  private long lastOffset;

  Execution of(String tenant) {
    return of(tenant, 0, null);
  }

  Execution of(String tenant, int partition, @Nullable String key) {
    return of(request(tenant, "1"), partition, key);
  }

  Execution of(ExecutionRequest.Builder request, int partition, @Nullable String key) {
    return new Execution(
        new Position(partition == 0 ? "requests" : EVENTS, partition, ++lastOffset),
        key == null ? null : key.getBytes(UTF_8),
        request.build(),
        0,
        100,
        1,
        System.nanoTime());
  }

  static ExecutionRequest.Builder request(String tenant, String source) {
    return ExecutionRequest.newBuilder()
        .setTenant(tenant)
        .setScript(new InlineScript("rule.js", ScriptKind.SCRIPT, source, Map.of()));
  }
}
