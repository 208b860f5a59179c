package dev.paddock.worker.catalog;

import dev.paddock.schemas.CatalogScript;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The key of a version's record, written "tenant/id/version".
 *
 * @param tenant any text
 * @param id without a slash
 * @param version 1 or more
 */
record ScriptKey(String tenant, String id, int version) {

  private static final Pattern FORM = Pattern.compile("(.*)/([^/]+)/([1-9]\\d{0,8})");

  static ScriptKey of(CatalogScript script) {
    return new ScriptKey(script.getTenant(), script.getId(), script.getVersion());
  }

  /** Null where the bytes are no such key. */
  static @Nullable ScriptKey read(byte @Nullable [] key) {
    if (key == null) {
      return null;
    }
    Matcher matcher = FORM.matcher(new String(key, StandardCharsets.UTF_8));
    return matcher.matches()
        ? new ScriptKey(matcher.group(1), matcher.group(2), Integer.parseInt(matcher.group(3)))
        : null;
  }

  byte[] bytes() {
    return toString().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return tenant + "/" + id + "/" + version;
  }
}
