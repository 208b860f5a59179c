package dev.paddock.worker;

import dev.paddock.schemas.CatalogScript;
import org.jspecify.annotations.Nullable;

/** Scripts that requests may name instead of bringing them. For any thread; never blocks. */
public interface NamedScripts {

  /**
   * The version asked for, which may be disabled.
   *
   * @param version null for the latest that is not disabled; where all are, the latest
   * @return null where there is none, or none yet
   */
  @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version);

  /** Where they would be, and why they cannot be had from there if that is so, in words. */
  String whereabouts();
}
