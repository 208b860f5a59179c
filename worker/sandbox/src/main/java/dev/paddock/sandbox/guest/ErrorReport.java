package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.GuestError;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Makes a {@link GuestError} of what the realm says of a thrown value. */
final class ErrorReport {

  private static final int MAX_NAME = 200;
  private static final int MAX_MESSAGE = 4000;
  private static final int MAX_STACK = 16_000;

  private final String scriptName;
  private final Pattern frame;
  private final Pattern syntaxError;

  ErrorReport(String scriptName) {
    this.scriptName = scriptName;
    String quoted = Pattern.quote(scriptName);
    // "    at inner (rule.js:3:14)", "    at rule.js:3:14"
    frame = Pattern.compile("(?m)^\\s*at .*?" + quoted + ":(\\d{1,9}):(\\d{1,9})\\)?$");
    // The parser puts the place before its message, the column counted from 0.
    syntaxError = Pattern.compile("^/?" + quoted + ":(\\d{1,9}):(\\d{1,9}) ");
  }

  GuestError of(String name, String message, String stack) {
    String ownStack = cut(stack.replace("/" + scriptName + ":", scriptName + ":"), MAX_STACK);
    String ownMessage = message.replace(" from /" + scriptName, " from " + scriptName);
    Matcher parsed = syntaxError.matcher(message);
    if (name.equals("SyntaxError") && parsed.lookingAt()) {
      return new GuestError(
          name,
          cut(message.substring(parsed.end()).strip(), MAX_MESSAGE),
          null,
          Integer.parseInt(parsed.group(1)),
          Integer.parseInt(parsed.group(2)) + 1);
    }
    Matcher thrown = frame.matcher(ownStack);
    boolean known = thrown.find();
    return new GuestError(
        cut(name, MAX_NAME),
        cut(ownMessage, MAX_MESSAGE),
        nullIfEmpty(ownStack),
        known ? Integer.parseInt(thrown.group(1)) : 0,
        known ? Integer.parseInt(thrown.group(2)) : 0);
  }

  private static String cut(String text, int length) {
    return text.length() > length ? text.substring(0, length) : text;
  }

  private static @Nullable String nullIfEmpty(String text) {
    return text.isEmpty() ? null : text;
  }
}
