package dev.paddock.worker.config;

import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.RetriableException;

/** Tells a schema registry that cannot be used right now from a record that is at fault. */
public final class RegistryTrouble {

  /** How the message of Confluent's REST exception ends where the registry knows no such thing. */
  private static final String CONFLUENT_NOT_FOUND = "error code: 404";

  private RegistryTrouble() {}

  /** Whether the same record may well be read or written later, when the registry is in order. */
  public static boolean isReason(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      boolean unusable =
          switch (cause) {
            // Not every IOException: Avro throws them too, for records that make no sense.
            case SocketException _, UnknownHostException _, SocketTimeoutException _ -> true;
            case HttpTimeoutException _, SSLException _, ClosedChannelException _ -> true;
            case RetriableException _, AuthenticationException _, AuthorizationException _ -> true;
            case InvalidConfigurationException _ -> true; // Confluent's for 4xx
            default -> isConfluentTrouble(cause);
          };
      if (unusable) {
        return true;
      }
    }
    return false;
  }

  /** The messages of an exception and its causes, without repetition. */
  public static String reasons(Throwable failure) {
    StringBuilder text = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String message = cause.getMessage();
      String shown = message == null ? cause.getClass().getSimpleName() : message;
      if (text.indexOf(shown) < 0) {
        text.append(text.isEmpty() ? "" : ": ").append(shown);
      }
    }
    return text.toString();
  }

  /** By name, since Confluent's classes are not ours to ship. */
  private static boolean isConfluentTrouble(Throwable cause) {
    String message = cause.getMessage();
    return cause.getClass().getSimpleName().equals("RestClientException")
        && (message == null || !message.contains(CONFLUENT_NOT_FOUND));
  }
}
