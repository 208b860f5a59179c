package dev.paddock.loadtest;

import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** What requests and results are like as the values of records. For any thread. */
interface Wire extends AutoCloseable {

  /** A request's value. */
  byte[] request(ExecutionRequest request);

  /** The result that a record has. */
  ExecutionResult result(ConsumerRecord<byte[], byte[]> record);

  @Override
  void close();
}
