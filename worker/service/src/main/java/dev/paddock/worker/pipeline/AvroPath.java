package dev.paddock.worker.pipeline;

import org.jspecify.annotations.Nullable;

/** Where in a value something is; made a text of only where somebody is told. */
record AvroPath(@Nullable AvroPath parent, String step) {

  private static final int MAX_LENGTH = 300;

  static final AvroPath ROOT = new AvroPath(null, "");

  AvroPath field(String name) {
    return new AvroPath(this, "." + name);
  }

  AvroPath index(int index) {
    return new AvroPath(this, "[" + index + "]");
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (AvroPath path = this; path != null && text.length() < MAX_LENGTH; path = path.parent) {
      text.insert(0, path.step);
    }
    if (text.isEmpty()) {
      return "it";
    }
    return text.length() > MAX_LENGTH
        ? "…" + text.substring(text.length() - MAX_LENGTH)
        : text.substring(text.charAt(0) == '.' ? 1 : 0);
  }
}
