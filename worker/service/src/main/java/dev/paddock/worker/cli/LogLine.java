package dev.paddock.worker.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.paddock.worker.config.LogFormat;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.event.KeyValuePair;

/**
 * How a log line is written: for people or, once the configuration says so, as JSON. Whatever is in
 * it, such as an execution's id with line breaks in it, an event is one line, and a terminal obeys
 * none of it; only the trace of an error has more lines, which are indented. For any thread.
 */
public final class LogLine extends LayoutBase<ILoggingEvent> {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSXXX").withZone(ZoneId.systemDefault());

  /** A value that needs no quotes to be told from what follows. */
  private static final Pattern WORD = Pattern.compile("[\\w.:/@+-]+");

  private static volatile LogFormat format = LogFormat.TEXT;

  private boolean brief;

  /** Changes how lines are written from now on, in the whole process. */
  static void in(LogFormat wanted) {
    format = wanted;
  }

  /** How lines are written. */
  static LogFormat format() {
    return format;
  }

  /** Leaves time and thread out of lines for people. For logback's configuration files. */
  public void setBrief(boolean brief) {
    this.brief = brief;
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    return line(event, format);
  }

  String line(ILoggingEvent event, LogFormat wanted) {
    return switch (wanted) {
      case TEXT -> text(event);
      case JSON -> json(event);
    };
  }

  private String text(ILoggingEvent event) {
    String logger = event.getLoggerName();
    StringBuilder line = new StringBuilder();
    if (brief) {
      line.append(event.getLevel());
    } else {
      line.append(TIME.format(Instant.ofEpochMilli(event.getTimeStamp())))
          .append(" %-5s [%s]".formatted(event.getLevel(), harmless(event.getThreadName())));
    }
    line.append(' ')
        .append(logger.substring(logger.lastIndexOf('.') + 1))
        .append(": ")
        .append(harmless(event.getFormattedMessage()));
    values(event)
        .forEach((key, value) -> line.append(' ').append(key).append('=').append(quoted(value)));
    line.append('\n');
    String trace = trace(event);
    if (!trace.isEmpty()) {
      trace.lines().forEach(part -> line.append("    ").append(harmless(part)).append('\n'));
    }
    return line.toString();
  }

  private static String json(ILoggingEvent event) {
    ObjectNode line =
        JsonNodeFactory.instance
            .objectNode()
            .put("time", Instant.ofEpochMilli(event.getTimeStamp()).toString())
            .put("level", event.getLevel().toString())
            .put("logger", event.getLoggerName())
            .put("thread", event.getThreadName())
            .put("message", event.getFormattedMessage());
    values(event).forEach(line::put);
    String trace = trace(event);
    if (!trace.isEmpty()) {
      line.put("error", trace);
    }
    // JSON leaves in what only a terminal minds.
    return harmless(line.toString()) + "\n";
  }

  /** What the line says of itself goes before what is said of all that its thread does. */
  private static Map<String, String> values(ILoggingEvent event) {
    Map<String, String> values = new LinkedHashMap<>(event.getMDCPropertyMap());
    if (event.getKeyValuePairs() != null) {
      for (KeyValuePair pair : event.getKeyValuePairs()) {
        values.put(pair.key, String.valueOf(pair.value));
      }
    }
    return values;
  }

  private static String trace(ILoggingEvent event) {
    IThrowableProxy failure = event.getThrowableProxy();
    return failure == null ? "" : ThrowableProxyUtil.asString(failure);
  }

  private static String quoted(String value) {
    return WORD.matcher(value).matches()
        ? value
        : '"' + harmless(value.replace("\\", "\\\\").replace("\"", "\\\"")) + '"';
  }

  /**
   * The text with everything escaped that begins a line or that a terminal obeys, among it what
   * turns the direction of writing. What is no such thing stays, JSON's escapes included.
   */
  private static String harmless(String text) {
    StringBuilder harmless = new StringBuilder(text.length());
    text.chars()
        .forEach(
            unit -> {
              switch (unit) {
                case '\n' -> harmless.append("\\n");
                case '\r' -> harmless.append("\\r");
                case '\t' -> harmless.append("\\t");
                default -> {
                  switch (Character.getType(unit)) {
                    case Character.CONTROL,
                        Character.FORMAT,
                        Character.LINE_SEPARATOR,
                        Character.PARAGRAPH_SEPARATOR ->
                        harmless.append("\\u%04x".formatted(unit));
                    default -> harmless.append((char) unit);
                  }
                }
              }
            });
    return harmless.toString();
  }
}
