package dev.paddock.local;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A local service could not be started. The message says why, and what to do where that is known.
 */
public final class LocalServiceException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final boolean portTaken;

  LocalServiceException(String message) {
    this(message, false);
  }

  LocalServiceException(String message, boolean portTaken) {
    super(message);
    this.portTaken = portTaken;
  }

  LocalServiceException(String message, Throwable cause) {
    super(message, cause);
    this.portTaken = false;
  }

  /** Whether somebody else took the port after it was found to be free. */
  boolean portTaken() {
    return portTaken;
  }

  /** The file or folder, if it is there. */
  static Path require(Path part, String service) {
    Path absolute = part.toAbsolutePath();
    if (!Files.exists(absolute)) {
      throw new LocalServiceException(
          "The " + service + " is not there: no " + absolute + "; run: mvn package -DskipTests");
    }
    return absolute;
  }
}
