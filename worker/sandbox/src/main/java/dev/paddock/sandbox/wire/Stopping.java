package dev.paddock.sandbox.wire;

/**
 * A quota was passed and the context is being cancelled. An {@link Answer} follows, unless the
 * context does not stop.
 *
 * @param number the task's number
 * @param breach what was passed
 */
public record Stopping(long number, Breach breach) implements Message {}
