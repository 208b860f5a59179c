package dev.paddock.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** TCP ports of the loopback interface. */
final class Ports {

  private static final int CONNECT_MILLIS = 500;
  private static final int ATTEMPTS = 5;

  private Ports() {}

  /**
   * The port that was asked for, or a free one of the system's choice for 0.
   *
   * @throws LocalServiceException where it is taken
   */
  static int choose(int asked, String service) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), asked));
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new LocalServiceException(
          "Port "
              + asked
              + " for the "
              + service
              + " is taken; choose another, or end what listens there",
          e);
    }
  }

  /** So many different free ports of the system's choice. */
  static List<Integer> chooseSeveral(int count, String services) {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new LocalServiceException("There are no ports left for the " + services, e);
    } finally {
      sockets.forEach(Ports::release);
    }
  }

  private static void release(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Starts a service, once more where the system gave one of its ports to somebody else between
   * choice and use. A port that was asked for is not tried again.
   */
  static <T> T start(int asked, Supplier<T> service) {
    for (int attempt = 1; ; attempt++) {
      try {
        return service.get();
      } catch (LocalServiceException e) {
        if (asked != 0 || !e.portTaken() || attempt == ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Whether something accepts connections. */
  static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
