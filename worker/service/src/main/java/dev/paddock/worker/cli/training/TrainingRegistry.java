package dev.paddock.worker.cli.training;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * As much of a schema registry as serializers ask before they know their schemas: a schema that is
 * posted gets the next id, and can be had by that. On loopback; its calls come one at a time.
 */
public final class TrainingRegistry implements AutoCloseable {

  private final JsonMapper json = new JsonMapper();
  private final List<String> schemas = new ArrayList<>();
  private final HttpServer server;

  /** Starts to listen. */
  public TrainingRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  /** What registry.url is to be. */
  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
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
