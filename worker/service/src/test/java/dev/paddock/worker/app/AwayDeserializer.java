package dev.paddock.worker.app;

import java.net.SocketException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;

/** Reads nothing, as where no schema registry can be reached. */
public final class AwayDeserializer implements Deserializer<Object> {

  @Override
  public Object deserialize(String topic, byte[] data) {
    throw new SerializationException("no registry", new SocketException("away"));
  }
}
