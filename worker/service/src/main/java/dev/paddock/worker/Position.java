package dev.paddock.worker;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a record stands in Kafka. Its text form is "topic-partition-offset". */
public record Position(String topic, int partition, long offset) {

  private static final Pattern FORM = Pattern.compile("(.+)-(\\d{1,9})-(\\d{1,18})");

  /** The position whose text form this is; null where it is none's. */
  public static @Nullable Position parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? new Position(
            matcher.group(1), Integer.parseInt(matcher.group(2)), Long.parseLong(matcher.group(3)))
        : null;
  }

  @Override
  public String toString() {
    return topic + "-" + partition + "-" + offset;
  }
}
