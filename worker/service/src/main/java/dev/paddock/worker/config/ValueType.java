package dev.paddock.worker.config;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How the text of a setting becomes a value. */
sealed interface ValueType<T> {

  /**
   * Reads a value.
   *
   * @throws IllegalArgumentException where the text is not {@link #allowed()}
   */
  T parse(String text);

  /** What is allowed, to follow "must be". */
  String allowed();

  /** Any text but the empty one. */
  record Text(String allowed, Pattern pattern) implements ValueType<String> {

    static final Text ANY = new Text("a text", Pattern.compile(".+", Pattern.DOTALL));

    /** What Kafka allows as a topic's name. */
    static final Text TOPIC =
        new Text(
            "a topic's name: 1 to 249 letters, digits, '.', '_' or '-'",
            Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}"));

    /** What a person gives a process as a name. */
    static final Text NAME =
        new Text("1 to 200 letters, digits, '.', '_' or '-'", Pattern.compile("[\\w.-]{1,200}"));

    @Override
    public String parse(String text) {
      if (!pattern.matcher(text).matches()) {
        throw new IllegalArgumentException();
      }
      return text;
    }
  }

  /** One of a few words. */
  record Choice(List<String> words) implements ValueType<String> {

    static final Choice TRUTH = new Choice(List.of("true", "false"));

    @Override
    public String parse(String text) {
      String word = text.toLowerCase(Locale.ROOT);
      if (!words.contains(word)) {
        throw new IllegalArgumentException();
      }
      return word;
    }

    @Override
    public String allowed() {
      return String.join(" or ", words);
    }
  }

  /** An http or https address. */
  record Url() implements ValueType<String> {

    @Override
    public String parse(String text) {
      for (String one : text.split(",", -1)) {
        URI uri = URI.create(one.strip());
        boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!web || uri.getHost() == null || uri.getUserInfo() != null) {
          throw new IllegalArgumentException();
        }
      }
      return text;
    }

    @Override
    public String allowed() {
      return "an address such as http://host:8081, without user and password in it";
    }
  }

  /** Where to listen. */
  record Address() implements ValueType<InetSocketAddress> {

    private static final Pattern HOST_AND_PORT =
        Pattern.compile("(\\[[0-9a-fA-F:.]+]|[\\w.-]+):(\\d{1,5})");

    @Override
    public InetSocketAddress parse(String text) {
      Matcher matcher = HOST_AND_PORT.matcher(text.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException();
      }
      return new InetSocketAddress(matcher.group(1), Integer.parseInt(matcher.group(2)));
    }

    @Override
    public String allowed() {
      return "a host and a port from 0 to 65535, such as 127.0.0.1:8085";
    }
  }

  /** A whole number; a bare one or, for milliseconds, a bare one in that unit. */
  record Whole(long min, long max, String unit) implements ValueType<Long> {

    @Override
    public Long parse(String text) {
      return requireWithin(Long.parseLong(text.strip()), min, max);
    }

    @Override
    public String allowed() {
      return "a whole number from " + min + " to " + max + (unit.isEmpty() ? "" : ", in " + unit);
    }
  }

  /** A size: bytes, or a number with KiB, MiB or GiB. */
  record Bytes(long min, long max) implements ValueType<Long> {

    private static final Pattern SIZE = Pattern.compile("(\\d{1,18})\\s*([KMG]iB|B)?");

    @Override
    public Long parse(String text) {
      Matcher matcher = SIZE.matcher(text.strip());
      if (!matcher.matches()) {
        throw new IllegalArgumentException();
      }
      int shift =
          switch (matcher.group(2)) {
            case "KiB" -> 10;
            case "MiB" -> 20;
            case "GiB" -> 30;
            case null, default -> 0;
          };
      long number = Long.parseLong(matcher.group(1));
      if (number > max >> shift) {
        throw new IllegalArgumentException();
      }
      return requireWithin(number << shift, min, max);
    }

    @Override
    public String allowed() {
      return "a size from %s to %s, as bytes or such as 64KiB, 32MiB"
          .formatted(text(min), text(max));
    }

    /** The shortest exact way to write a size. */
    static String text(long bytes) {
      String[] units = {"", "KiB", "MiB", "GiB"};
      int unit = 0;
      long number = bytes;
      while (unit < 3 && number >= 1024 && number % 1024 == 0) {
        number /= 1024;
        unit++;
      }
      return number + units[unit];
    }
  }

  /** Names with a number each. */
  record Weights() implements ValueType<Map<String, Integer>> {

    private static final long MAX = 1000;

    @Override
    public Map<String, Integer> parse(String text) {
      Map<String, Integer> weights = new HashMap<>();
      for (String one : text.split(",", -1)) {
        int equals = one.lastIndexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException();
        }
        long weight = requireWithin(Long.parseLong(one.substring(equals + 1).strip()), 1, MAX);
        if (weights.put(one.substring(0, equals).strip(), (int) weight) != null) {
          throw new IllegalArgumentException();
        }
      }
      return weights;
    }

    @Override
    public String allowed() {
      return "tenants, each once and with a weight from 1 to %d, such as gold=4,free=1"
          .formatted(MAX);
    }
  }

  private static long requireWithin(long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException();
    }
    return value;
  }
}
