package dev.paddock.worker.dispatch;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.Limits;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.ScriptUsed;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Scripts that tests name; the latest is the one that was added last. */
final class MapOfScripts implements NamedScripts {

  private record Key(String tenant, String id, @Nullable Integer version) {}

  private final Map<Key, CatalogScript> scripts = new ConcurrentHashMap<>();

  void add(String tenant, String id, int version, String source) {
    add(script(tenant, id, version, source).build());
  }

  void add(CatalogScript script) {
    scripts.put(new Key(script.getTenant(), script.getId(), script.getVersion()), script);
    scripts.put(new Key(script.getTenant(), script.getId(), null), script);
  }

  static CatalogScript.Builder script(String tenant, String id, int version, String source) {
    return CatalogScript.newBuilder()
        .setTenant(tenant)
        .setId(id)
        .setVersion(version)
        .setSource(source)
        .setLimits(Limits.newBuilder().setCpuMillis(15L).setLogLines(65).build())
        .setSha256(ScriptUsed.sha256(source, Map.of()))
        .setCreated(Instant.EPOCH);
  }

  @Override
  public @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version) {
    return scripts.get(new Key(tenant, id, version));
  }

  @Override
  public String whereabouts() {
    return "the tests' map";
  }
}
