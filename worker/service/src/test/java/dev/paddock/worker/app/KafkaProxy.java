package dev.paddock.worker.app;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.message.DescribeClusterResponseData;
import org.apache.kafka.common.message.FindCoordinatorResponseData;
import org.apache.kafka.common.message.MetadataResponseData;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.ApiMessage;
import org.apache.kafka.common.requests.AbstractResponse;
import org.apache.kafka.common.requests.RequestHeader;
import org.apache.kafka.common.requests.RequestUtils;
import org.apache.kafka.common.requests.ResponseHeader;

/**
 * Stands between clients and a single broker, and lets a test decide of each request and of each
 * answer whether it arrives. What does not costs its connection, as it would in a real network.
 * Clients never learn the broker's own address.
 */
final class KafkaProxy implements AutoCloseable {

  /** Decides; called by many threads, and may hold up a connection by taking its time. */
  interface Fate {

    /** Whether a request arrives at the broker, or its answer at the client. */
    boolean arrives(ApiKeys kind, boolean answer) throws InterruptedException;
  }

  private static final short FIND_COORDINATOR_WITH_SEVERAL = 4;

  private final InetSocketAddress broker;
  private final ServerSocket server;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile Fate fate = (_, _) -> true;

  /**
   * Begins to listen.
   *
   * @param broker {@code host:port}
   */
  KafkaProxy(String broker) throws IOException {
    int colon = broker.lastIndexOf(':');
    this.broker =
        new InetSocketAddress(
            broker.substring(0, colon), Integer.parseInt(broker.substring(colon + 1)));
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /** What clients connect to, as {@code host:port}. */
  String bootstrapServers() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** From now on this decides. */
  void decide(Fate by) {
    fate = by;
  }

  @Override
  public void close() throws IOException {
    server.close();
    sockets.forEach(KafkaProxy::close);
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Connection connection = new Connection(server.accept(), new Socket());
        Thread.ofVirtual().start(connection::serve);
      } catch (IOException e) {
        // closed, or the client is gone already
      }
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Answers come in the order of their requests. */
  private final class Connection {

    private final Socket client;
    private final Socket upstream;
    private final Queue<RequestHeader> asked = new ConcurrentLinkedQueue<>();

    Connection(Socket client, Socket upstream) {
      this.client = client;
      this.upstream = upstream;
    }

    void serve() {
      sockets.add(client);
      sockets.add(upstream);
      try {
        upstream.connect(broker);
        upstream.setTcpNoDelay(true);
        client.setTcpNoDelay(true);
        Thread.ofVirtual().start(() -> pump(this::answer));
        pump(this::ask);
      } catch (IOException e) {
        end(); // the broker is away
      }
    }

    private interface Step {
      boolean next() throws IOException, InterruptedException;
    }

    private void pump(Step step) {
      try {
        while (step.next()) {
          // until something is lost
        }
      } catch (IOException | InterruptedException e) {
        // one of the two has hung up
      } finally {
        end();
      }
    }

    private void end() {
      close(client);
      close(upstream);
      sockets.remove(client);
      sockets.remove(upstream);
    }

    private boolean ask() throws IOException, InterruptedException {
      byte[] frame = read(client);
      RequestHeader header = RequestHeader.parse(ByteBuffer.wrap(frame));
      if (!fate.arrives(header.apiKey(), false)) {
        return false;
      }
      asked.add(header);
      write(upstream, ByteBuffer.wrap(frame));
      return true;
    }

    private boolean answer() throws IOException, InterruptedException {
      byte[] frame = read(upstream);
      RequestHeader header = asked.remove();
      if (!fate.arrives(header.apiKey(), true)) {
        return false;
      }
      write(client, throughHere(header, frame));
      return true;
    }
  }

  /** The answer, with this address wherever it names the broker's. */
  private ByteBuffer throughHere(RequestHeader asked, byte[] frame) {
    ByteBuffer buffer = ByteBuffer.wrap(frame);
    if (asked.apiKey() != ApiKeys.METADATA
        && asked.apiKey() != ApiKeys.FIND_COORDINATOR
        && asked.apiKey() != ApiKeys.DESCRIBE_CLUSTER) {
      return buffer;
    }
    short headerVersion = asked.apiKey().responseHeaderVersion(asked.apiVersion());
    int id = ResponseHeader.parse(buffer.duplicate(), headerVersion).correlationId();
    ApiMessage answer = AbstractResponse.parseResponse(buffer, asked).data();
    int port = server.getLocalPort();
    switch (answer) {
      case MetadataResponseData data -> data.brokers().forEach(one -> one.setPort(port));
      case FindCoordinatorResponseData data -> {
        if (asked.apiVersion() < FIND_COORDINATOR_WITH_SEVERAL) {
          data.setPort(port);
        }
        data.coordinators().forEach(one -> one.setPort(port));
      }
      case DescribeClusterResponseData data -> data.brokers().forEach(one -> one.setPort(port));
      default -> throw new IllegalStateException(answer.toString());
    }
    return RequestUtils.serialize(
        new ResponseHeader(id, headerVersion).data(), headerVersion, answer, asked.apiVersion());
  }

  private static byte[] read(Socket socket) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    return in.readNBytes(in.readInt());
  }

  private static void write(Socket socket, ByteBuffer frame) throws IOException {
    byte[] bytes = new byte[Integer.BYTES + frame.remaining()];
    ByteBuffer.wrap(bytes).putInt(frame.remaining()).put(frame);
    socket.getOutputStream().write(bytes);
  }
}
