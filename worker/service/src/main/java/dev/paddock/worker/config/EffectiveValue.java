package dev.paddock.worker.config;

import org.jspecify.annotations.Nullable;

/**
 * A key of the configuration with what holds for it, fit to print.
 *
 * @param value as it was written, hidden where it is a secret; null where nothing is set and there
 *     is no default
 * @param origin {@code --set}, an environment variable, a file with its line, or {@code default}
 *     with a remark where the default is no fixed text
 * @param standard whether nobody has set it
 * @param secret whether its value is never printed
 */
public record EffectiveValue(
    String key, @Nullable String value, String origin, boolean standard, boolean secret) {}
