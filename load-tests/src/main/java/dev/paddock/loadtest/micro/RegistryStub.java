package dev.paddock.loadtest.micro;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * As much of a schema registry as serializers ask before they know their schemas: a schema that is
 * posted gets the next id, and can be had by that. On loopback; its calls come one at a time.
 */
final class RegistryStub implements AutoCloseable {

  private final JsonMapper json = new JsonMapper();
  private final List<String> schemas = new ArrayList<>();
  private final HttpServer server;

  private RegistryStub(HttpServer server) {
    this.server = server;
  }

  static RegistryStub start() {
    try {
      RegistryStub stub =
          new RegistryStub(
              HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0));
      stub.server.createContext("/", stub::answer);
      stub.server.start();
      return stub;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://" + server.getAddress().getHostString() + ":" + server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      ObjectNode answer = json.createObjectNode();
      String path = exchange.getRequestURI().getPath();
      if (exchange.getRequestMethod().equals("POST")) {
        JsonNode asked = json.readTree(exchange.getRequestBody());
        schemas.add(asked.path("schema").asText());
        answer.put("id", schemas.size());
      } else {
        int id = Integer.parseInt(path.substring(path.lastIndexOf('/') + 1));
        answer.put("schema", schemas.get(id - 1));
      }
      byte[] bytes = json.writeValueAsBytes(answer);
      exchange.sendResponseHeaders(200, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }
}
