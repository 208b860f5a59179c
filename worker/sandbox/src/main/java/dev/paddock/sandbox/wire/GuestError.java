package dev.paddock.sandbox.wire;

import org.jspecify.annotations.Nullable;

/**
 * An error as the script's author should see it.
 *
 * @param name the JavaScript error's name, for example TypeError
 * @param message may be empty
 * @param stack the JavaScript stack, or null
 * @param line line of the script from 1, or 0 where unknown
 * @param column column of the script from 1, or 0 where unknown
 */
public record GuestError(
    String name, String message, @Nullable String stack, int line, int column) {}
