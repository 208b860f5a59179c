package dev.paddock.worker.cli.replay;

import dev.paddock.worker.Position;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Positions as Paddock prints them. */
public final class Positions {

  private static final Pattern FORM = Pattern.compile("(.+)-(\\d{1,9})-(\\d{1,18})");

  private Positions() {}

  /** The position that a text such as {@code paddock.requests-3-120} is; null where it is none. */
  public static @Nullable Position read(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? new Position(
            matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)))
        : null;
  }
}
