package dev.paddock.worker.cli.replay;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptIdentity;
import dev.paddock.schemas.ViolationKind;
import dev.paddock.worker.Execution;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.ScriptUsed;
import dev.paddock.worker.catalog.ScriptVersions;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The scripts that a request's recorded run found: of the catalog, the version that ran then, even
 * where it has been disabled or is no longer the latest. Or, in place of each, another one.
 *
 * @param catalog as it is now
 * @param whereabouts where it is, in words
 * @param recorded null where there is no recorded run
 * @param instead runs in place of whatever script; what the other may import, it may too
 */
record ScriptsThen(
    ScriptVersions catalog,
    String whereabouts,
    @Nullable ExecutionResult recorded,
    @Nullable InlineScript instead)
    implements NamedScripts {

  @Override
  public @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version) {
    ScriptIdentity ran = recorded == null ? null : recorded.getScript();
    Integer wanted =
        ran != null && ran.getId().equals(id) ? Integer.valueOf(ran.getVersion()) : version;
    CatalogScript found = catalog.find(tenant, id, wanted);
    if (instead != null) {
      return replaced(found, tenant, id, wanted, instead);
    }
    return found != null
            && found.getDisabled()
            && recorded != null
            && !Comparison.isRejected(recorded, ViolationKind.SCRIPT_NOT_FOUND)
        ? CatalogScript.newBuilder(found).setDisabled(false).build()
        : found;
  }

  /** The execution with its own script replaced, where that came with the request. */
  Execution with(Execution execution) {
    if (instead == null || !(execution.request().getScript() instanceof InlineScript own)) {
      return execution;
    }
    return new Execution(
        execution.position(),
        execution.key(),
        ExecutionRequest.newBuilder(execution.request())
            .setScript(
                InlineScript.newBuilder(instead)
                    .setModules(modules(own.getModules(), instead))
                    .build())
            .build(),
        execution.timestampMillis(),
        execution.sizeBytes(),
        execution.delivery(),
        execution.readNanos());
  }

  /** Keeps the limits that the script has of its own. */
  private static CatalogScript replaced(
      @Nullable CatalogScript found,
      String tenant,
      String id,
      @Nullable Integer version,
      InlineScript instead) {
    Map<String, String> modules = modules(found == null ? Map.of() : found.getModules(), instead);
    CatalogScript.Builder script =
        found == null
            ? CatalogScript.newBuilder()
                .setTenant(tenant)
                .setId(id)
                .setVersion(version == null ? 1 : version)
                .setCreated(Instant.EPOCH)
            : CatalogScript.newBuilder(found);
    return script
        .setName(instead.getName())
        .setKind(instead.getKind())
        .setSource(instead.getSource())
        .setModules(modules)
        .setSha256(ScriptUsed.sha256(instead.getSource(), modules))
        .setDisabled(false)
        .build();
  }

  private static Map<String, String> modules(Map<String, String> own, InlineScript instead) {
    Map<String, String> all = new HashMap<>(own);
    all.putAll(instead.getModules());
    return all;
  }
}
