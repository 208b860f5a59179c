package dev.paddock.worker.cli;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import dev.paddock.schemas.CatalogScript;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import java.util.TreeSet;

/** What changed from one version of a script to another: all that may make it run otherwise. */
final class ScriptDifference {

  private static final int SHOWN_CONTEXT_LINES = 3;

  private final CatalogScript before;
  private final CatalogScript after;
  private final List<String> lines = new ArrayList<>();

  private ScriptDifference(CatalogScript before, CatalogScript after) {
    this.before = before;
    this.after = after;
  }

  /** It in lines of text. */
  static List<String> lines(CatalogScript before, CatalogScript after) {
    ScriptDifference difference = new ScriptDifference(before, after);
    difference.compare();
    return difference.lines;
  }

  /** A script's kind, as people write it. */
  static String kind(CatalogScript script) {
    return script.getKind().name().toLowerCase(Locale.ROOT);
  }

  /** The names of a script's modules, in order. */
  static String modules(CatalogScript script) {
    return script.getModules().isEmpty()
        ? "none"
        : String.join(", ", new TreeSet<>(script.getModules().keySet()));
  }

  private void compare() {
    compare("kind", kind(before), kind(after));
    compare("limits", LimitOptions.text(before.getLimits()), LimitOptions.text(after.getLimits()));
    compare("modules", modules(before), modules(after));
    compareText("", before.getSource(), after.getSource());
    TreeMap<String, String> modules = new TreeMap<>(before.getModules());
    modules.putAll(after.getModules());
    for (String name : modules.keySet()) {
      compareText(
          " module " + name,
          before.getModules().getOrDefault(name, ""),
          after.getModules().getOrDefault(name, ""));
    }
    if (lines.isEmpty()) {
      lines.add(
          before.getSha256().equals(after.getSha256())
              ? "They are the same in source, modules, kind and limits"
              : "They differ in the ends of their lines alone");
    }
  }

  private void compare(String what, String old, String now) {
    if (!old.equals(now)) {
      lines.add("%s: %s → %s".formatted(what, old, now));
    }
  }

  private void compareText(String which, String old, String now) {
    List<String> oldLines = old.lines().toList();
    lines.addAll(
        UnifiedDiffUtils.generateUnifiedDiff(
            "%s version %d%s".formatted(before.getId(), before.getVersion(), which),
            "%s version %d%s".formatted(after.getId(), after.getVersion(), which),
            oldLines,
            DiffUtils.diff(oldLines, now.lines().toList()),
            SHOWN_CONTEXT_LINES));
  }
}
