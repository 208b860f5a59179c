package dev.paddock.sandbox.guest;

import java.util.regex.Pattern;

/** The name under which a script shows in stack traces. */
final class ScriptName {

  private static final int MAX_LENGTH = 100;

  private static final Pattern NO_FILE_NAME = Pattern.compile("[^A-Za-z0-9._-]");

  private ScriptName() {}

  /** The request's name, with whatever is no file name replaced. */
  static String of(String requested) {
    String name = requested.substring(0, Math.min(requested.length(), MAX_LENGTH));
    name = NO_FILE_NAME.matcher(name).replaceAll("_");
    return name.isEmpty() || name.startsWith(".") ? "script" + name : name;
  }
}
