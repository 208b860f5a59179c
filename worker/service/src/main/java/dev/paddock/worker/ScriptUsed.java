package dev.paddock.worker;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptIdentity;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which script an execution ran or would have run.
 *
 * @param sha256 of its source and modules, lower-case hex; empty where it was not found
 * @param identity null where the source came with the request, or was not found
 */
public record ScriptUsed(String sha256, @Nullable ScriptIdentity identity) {

  /** Where none was found. */
  public static final ScriptUsed NONE = new ScriptUsed("", null);

  /** A script that came with its request. */
  public static ScriptUsed of(InlineScript script) {
    return new ScriptUsed(sha256(script.getSource(), script.getModules()), null);
  }

  /** A script of the catalog. */
  public static ScriptUsed of(CatalogScript script) {
    return new ScriptUsed(
        script.getSha256(), new ScriptIdentity(script.getId(), script.getVersion()));
  }

  /**
   * The SHA-256 of a source; where modules come with it, of the source and, in the order of their
   * specifiers, each specifier and source, all of them followed by a NUL.
   */
  public static String sha256(String source, Map<String, String> modules) {
    if (modules.isEmpty()) {
      return Sha256.hex(source);
    }
    StringBuilder all = new StringBuilder(source).append('\0');
    new TreeMap<>(modules)
        .forEach((name, text) -> all.append(name).append('\0').append(text).append('\0'));
    return Sha256.hex(all.toString());
  }
}
