package dev.paddock.sandbox.wire;

/**
 * A quota that a script went beyond.
 *
 * @param quota which
 * @param limit the value in force, in the quota's unit
 * @param observed what was seen, in the quota's unit
 * @param message one sentence for a person
 */
public record Breach(Quota quota, long limit, long observed, String message) {}
