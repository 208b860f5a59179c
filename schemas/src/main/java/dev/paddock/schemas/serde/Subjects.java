package dev.paddock.schemas.serde;

/** Names subjects as the registry's default strategy does. */
final class Subjects {

  private Subjects() {}

  static String of(String topic, boolean key) {
    return topic + (key ? "-key" : "-value");
  }
}
