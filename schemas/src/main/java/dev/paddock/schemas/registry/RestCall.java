package dev.paddock.schemas.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the REST API: tries every address in turn, backs off between rounds where that may
 * help, and turns what is refused into an exception that says what to do. For any thread.
 */
final class RestCall implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  /** No schema is near it; a registry that sends more is none. */
  private static final long MAX_RESPONSE_BYTES = 4 << 20;

  private static final long FIRST_BACK_OFF_MILLIS = 50;
  private static final long MAX_BACK_OFF_MILLIS = 1000;

  private static final int UNAUTHORIZED = 401;
  private static final int FORBIDDEN = 403;
  private static final int NOT_FOUND = 404;
  private static final int CONFLICT = 409;
  private static final int UNPROCESSABLE = 422;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVER_ERROR = 500;

  private final RegistrySettings settings;
  private final HttpClient http;

  /** The address that answered last, to begin with. */
  private volatile int preferred;

  RestCall(RegistrySettings settings) {
    this.settings = settings;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(settings.timeout());
    if (settings.tls() != null) {
      builder.sslContext(settings.tls());
    }
    http = builder.build();
  }

  JsonNode get(String path, String subject) {
    return send(path, null, subject);
  }

  JsonNode post(String path, JsonNode body, String subject) {
    return send(path, body.toString(), subject);
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  /**
   * @param about what the call is about, for messages
   */
  private JsonNode send(String path, @Nullable String body, String about) {
    long deadline = System.nanoTime() + settings.timeout().toNanos();
    long backOff = FIRST_BACK_OFF_MILLIS;
    while (true) {
      IOException trouble = new IOException("no address");
      int count = settings.urls().size();
      int first = preferred;
      for (int i = 0; i < count; i++) {
        int chosen = (first + i) % count;
        // An address that is silent must leave time for the others.
        long share = (deadline - System.nanoTime()) / (count - i);
        try {
          JsonNode answer =
              exchange(URI.create(settings.urls().get(chosen) + path), body, share, about);
          preferred = chosen;
          return answer;
        } catch (IOException e) {
          trouble = e;
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= backOff) {
        throw new RegistryUnavailableException(
            "The schema registry at %s cannot be used for %s: %s. Is it running, and is %s right?"
                .formatted(settings.urls(), about, reason(trouble), "schema.registry.url"),
            trouble);
      }
      sleep(backOff / 2 + ThreadLocalRandom.current().nextLong(backOff / 2 + 1));
      backOff = Math.min(backOff * 2, MAX_BACK_OFF_MILLIS);
    }
  }

  private JsonNode exchange(URI uri, @Nullable String body, long nanos, String about)
      throws IOException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", CONTENT_TYPE);
    if (settings.userInfo() != null) {
      request.header("Authorization", "Basic " + base64(settings.userInfo()));
    }
    if (body != null) {
      request.header("Content-Type", CONTENT_TYPE).POST(HttpRequest.BodyPublishers.ofString(body));
    }
    HttpResponse<byte[]> response = await(request.build(), nanos);
    int status = response.statusCode();
    if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
      throw new IOException(answer(uri, status, response.body()));
    }
    if (status >= 300) {
      throw refusal(uri, status, response.body(), about);
    }
    try {
      return JSON.readTree(response.body());
    } catch (JsonProcessingException e) {
      throw new IOException(uri + " answers with what is no JSON; is it a schema registry?", e);
    }
  }

  private HttpResponse<byte[]> await(HttpRequest request, long nanos) throws IOException {
    CompletableFuture<HttpResponse<byte[]>> response =
        http.sendAsync(
            request,
            HttpResponse.BodyHandlers.limiting(
                HttpResponse.BodyHandlers.ofByteArray(), MAX_RESPONSE_BYTES));
    try {
      return response.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(request.uri() + ": " + reason(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException(request.uri() + " does not answer in time", e);
    } catch (InterruptedException e) {
      response.cancel(true);
      throw new InterruptException(e);
    }
  }

  private static RuntimeException refusal(URI uri, int status, byte[] body, String about) {
    String answer = answer(uri, status, body);
    // A bare 404, without the registry's own code such as 40403, only means a wrong address.
    if (status == NOT_FOUND && errorCode(body) / 100 == NOT_FOUND) {
      return new SchemaNotFoundException("The schema registry has no " + about + ": " + answer);
    }
    return switch (status) {
      case UNAUTHORIZED, FORBIDDEN ->
          new RegistryRefusedException(
              "The schema registry does not allow this user to use "
                  + about
                  + "; check basic.auth.user.info and the user's rights: "
                  + answer);
      case CONFLICT ->
          new SchemaRejectedException(
              "The schema is not compatible with an earlier one of "
                  + about
                  + "; evolve it compatibly or use another subject: "
                  + answer);
      case UNPROCESSABLE ->
          new SchemaRejectedException("The schema for " + about + " is not valid: " + answer);
      default ->
          new RegistryUnavailableException(
              "What answers for "
                  + about
                  + " is no schema registry; check schema.registry.url: "
                  + answer);
    };
  }

  /** What the registry said, with its own error code and message where it gave any. */
  private static String answer(URI uri, int status, byte[] body) {
    JsonNode json = parse(body);
    String said = " " + json.path("error_code").asText() + " " + json.path("message").asText();
    return uri + " answers " + status + said.stripTrailing();
  }

  private static int errorCode(byte[] body) {
    return parse(body).path("error_code").asInt();
  }

  /** What is no JSON says nothing. */
  private static JsonNode parse(byte[] body) {
    try {
      return JSON.readTree(body);
    } catch (IOException e) {
      return MissingNode.getInstance();
    }
  }

  private static String reason(@Nullable Throwable trouble) {
    if (trouble == null) {
      return "no answer";
    }
    return trouble.getMessage() == null ? trouble.getClass().getSimpleName() : trouble.getMessage();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static void sleep(long millis) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
