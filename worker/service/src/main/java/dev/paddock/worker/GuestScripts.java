package dev.paddock.worker;

import dev.paddock.sandbox.wire.Script;
import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;

/** Scripts as sandboxes get them. */
public final class GuestScripts {

  private GuestScripts() {}

  /** One that came with its request. */
  public static Script of(InlineScript script) {
    return new Script(
        script.getName(), kind(script.getKind()), script.getSource(), script.getModules());
  }

  /** One of the catalog. */
  public static Script of(CatalogScript script) {
    return new Script(
        script.getName(), kind(script.getKind()), script.getSource(), script.getModules());
  }

  private static Script.Kind kind(ScriptKind kind) {
    return switch (kind) {
      case SCRIPT -> Script.Kind.SCRIPT;
      case MODULE -> Script.Kind.MODULE;
    };
  }
}
