package dev.paddock.worker;

/** Where a record stands in Kafka. Its text form is "topic-partition-offset". */
public record Position(String topic, int partition, long offset) {

  @Override
  public String toString() {
    return topic + "-" + partition + "-" + offset;
  }
}
