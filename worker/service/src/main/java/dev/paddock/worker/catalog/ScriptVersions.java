package dev.paddock.worker.catalog;

import dev.paddock.schemas.CatalogScript;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Every version of every named script. Changed by one thread, read by any. */
public final class ScriptVersions {

  /** A script's name within all tenants. */
  private record Name(String tenant, String id) {}

  /** Versions are replaced as a whole, so that a reader sees one state. */
  private final Map<Name, NavigableMap<Integer, CatalogScript>> scripts = new ConcurrentHashMap<>();

  /** Takes a version as it is now. */
  void put(CatalogScript script) {
    Name name = new Name(script.getTenant(), script.getId());
    NavigableMap<Integer, CatalogScript> versions = new TreeMap<>(versions(name));
    versions.put(script.getVersion(), script);
    scripts.put(name, versions);
  }

  /** Forgets a version that was taken out of the topic. */
  void remove(ScriptKey key) {
    Name name = new Name(key.tenant(), key.id());
    NavigableMap<Integer, CatalogScript> versions = new TreeMap<>(versions(name));
    versions.remove(key.version());
    if (versions.isEmpty()) {
      scripts.remove(name);
    } else {
      scripts.put(name, versions);
    }
  }

  /**
   * The version asked for, which may be disabled.
   *
   * @param version null for the latest that is not disabled; where all are, the latest
   */
  public @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version) {
    NavigableMap<Integer, CatalogScript> versions = versions(new Name(tenant, id));
    if (version != null) {
      return versions.get(version);
    }
    for (CatalogScript script : versions.descendingMap().values()) {
      if (!script.getDisabled()) {
        return script;
      }
    }
    return versions.isEmpty() ? null : versions.lastEntry().getValue();
  }

  /** A script's versions, the first one first. */
  public List<CatalogScript> versions(String tenant, String id) {
    return List.copyOf(versions(new Name(tenant, id)).values());
  }

  /** All versions of all scripts, by tenant, id and version. */
  public List<CatalogScript> all() {
    return scripts.values().stream()
        .map(NavigableMap::values)
        .flatMap(Collection::stream)
        .sorted(
            Comparator.comparing(CatalogScript::getTenant)
                .thenComparing(CatalogScript::getId)
                .thenComparingInt(CatalogScript::getVersion))
        .toList();
  }

  private NavigableMap<Integer, CatalogScript> versions(Name name) {
    return scripts.getOrDefault(name, new TreeMap<>());
  }
}
