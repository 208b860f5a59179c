package dev.paddock.worker.config;

import dev.paddock.worker.config.Sources.Found;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the values of settings. After a problem it goes on with the default, to find the others.
 */
abstract class SettingReader {

  final Sources sources;
  final Problems problems;

  SettingReader(Sources sources, Problems problems) {
    this.sources = sources;
    this.problems = problems;
  }

  /** The constant that a setting's word names. */
  final <E extends Enum<E>> E constant(Class<E> type, Setting<String> setting) {
    return Enum.valueOf(type, get(setting).toUpperCase(Locale.ROOT).replace('-', '_'));
  }

  final boolean truth(Setting<String> setting) {
    return get(setting).equals("true");
  }

  final int integer(Setting<Long> setting) {
    return Math.toIntExact(get(setting));
  }

  final Duration millis(Setting<Long> setting) {
    return Duration.ofMillis(get(setting));
  }

  final @Nullable Secret secret(Setting<String> setting) {
    String value = find(setting);
    return value == null ? null : new Secret(value);
  }

  final <T> T get(Setting<T> setting) {
    T value = find(setting);
    if (value == null) {
      throw new IllegalStateException(setting.name() + " has no default");
    }
    return value;
  }

  /** The value, or null where it is not set and has no default. */
  final <T> @Nullable T find(Setting<T> setting) {
    Found found = sources.find(setting);
    if (found != null) {
      try {
        return setting.type().parse(found.text());
      } catch (IllegalArgumentException e) {
        problems.add(
            "%s is %s (from %s); it must be %s"
                .formatted(
                    setting.name(),
                    Secret.quoted(setting.name(), found.text()),
                    found.origin(),
                    setting.type().allowed()));
      }
    }
    return setting.standard() == null ? null : setting.type().parse(setting.standard());
  }

  final String origin(Setting<?> setting) {
    Found found = sources.find(setting.name());
    return found == null ? "the default" : found.origin();
  }
}
