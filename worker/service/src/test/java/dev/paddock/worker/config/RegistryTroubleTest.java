package dev.paddock.worker.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.net.ConnectException;
import org.apache.avro.InvalidNumberEncodingException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.SerializationException;
import org.junit.jupiter.api.Test;

class RegistryTroubleTest {

  /** Named as Confluent's, whose jars are not on the class path. */
  private static final class RestClientException extends Exception {
    private static final long serialVersionUID = 1L;

    RestClientException(String message) {
      super(message);
    }
  }

  private static SerializationException because(Exception cause) {
    return new SerializationException("Error retrieving Avro schema for id 5", cause);
  }

  @Test
  void aRegistryThatIsAwayIsNoFaultOfTheRecord() {
    assertTrue(RegistryTrouble.isReason(because(new ConnectException("refused"))));
    assertTrue(RegistryTrouble.isReason(new InvalidConfigurationException("401")));
    assertTrue(
        RegistryTrouble.isReason(because(new RestClientException("Down; error code: 50003"))));
  }

  @Test
  void aRecordThatCannotBeReadIsItsOwnFault() {
    assertFalse(RegistryTrouble.isReason(new SerializationException("Unknown magic byte!")));
    assertFalse(RegistryTrouble.isReason(because(new EOFException())));
    assertFalse(
        RegistryTrouble.isReason(because(new InvalidNumberEncodingException("Invalid long"))));
    assertFalse(
        RegistryTrouble.isReason(
            because(new RestClientException("Schema 5 not found; error code: 40403"))));
  }

  @Test
  void reasonsAreShownOnce() {
    assertEquals(
        "a: b", RegistryTrouble.reasons(new IllegalStateException("a", new Exception("b"))));
    Exception cause = new Exception("refused");
    assertEquals(
        "not read: refused",
        RegistryTrouble.reasons(new IllegalStateException("not read: refused", cause)));
  }
}
