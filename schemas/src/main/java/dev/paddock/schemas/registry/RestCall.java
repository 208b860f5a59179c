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
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * One call of the REST API: tries every address in turn, backs off between rounds where that may
 * help, and turns what is refused into an exception that says what to do. For any thread.
 */
final class RestCall implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";

  /** Far above any schema that people write; to parse a text this long can take seconds. */
  private static final int MAX_RESPONSE_BYTES = 512 << 10;

  /** Of what the registry says, in an exception's message. */
  private static final int MAX_QUOTED = 500;

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
    @Nullable IOException trouble = null;
    while (true) {
      boolean mayPass = false;
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
          // That time is up says less than why it was needed.
          trouble = trouble == null || !(e.getCause() instanceof TimeoutException) ? e : trouble;
          mayPass |= !(e.getCause() instanceof SSLHandshakeException);
        }
      }
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= backOff || !mayPass) {
        throw new RegistryUnavailableException(
            "The schema registry at %s cannot be used for %s: %s. Is it running, and is %s right?"
                .formatted(settings.urls(), about, reason(trouble), "schema.registry.url"),
            trouble);
      }
      sleep(backOff / 2 + ThreadLocalRandom.current().nextLong(backOff / 2 + 1), about);
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
    HttpResponse<Optional<byte[]>> response = await(request.build(), nanos, about);
    int status = response.statusCode();
    byte[] said = response.body().orElse(new byte[0]);
    if (status == TOO_MANY_REQUESTS || status >= SERVER_ERROR) {
      throw new IOException(answer(uri, status, said));
    }
    if (status >= 300) {
      throw refusal(uri, status, said, about);
    }
    if (response.body().isEmpty()) {
      // As it is now, so it will be: to try again would hold up whoever reads for ever.
      throw new SchemaRejectedException(
          uri + " gives more than " + MAX_RESPONSE_BYTES + " bytes, too many for " + about);
    }
    try {
      return JSON.readTree(said);
    } catch (JsonProcessingException e) {
      throw new IOException(uri + " answers with what is no JSON; is it a schema registry?", e);
    }
  }

  private HttpResponse<Optional<byte[]>> await(HttpRequest request, long nanos, String about)
      throws IOException {
    CompletableFuture<HttpResponse<Optional<byte[]>>> response =
        http.sendAsync(request, _ -> new BoundedBody(MAX_RESPONSE_BYTES));
    try {
      return response.get(nanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IOException(request.uri() + ": " + reason(e.getCause()), e.getCause());
    } catch (TimeoutException e) {
      response.cancel(true);
      throw new IOException(request.uri() + " does not answer in time", e);
    } catch (InterruptedException e) {
      response.cancel(true);
      throw interrupted(about, e);
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
    String quoted = said.length() <= MAX_QUOTED ? said : said.substring(0, MAX_QUOTED) + "…";
    return uri + " answers " + status + quoted.stripTrailing();
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

  private static void sleep(long millis, String about) {
    try {
      Thread.sleep(Duration.ofMillis(millis));
    } catch (InterruptedException e) {
      throw interrupted(about, e);
    }
  }

  /** Says nothing against the schema or the record: whoever asks again may well get an answer. */
  private static RegistryUnavailableException interrupted(String about, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new RegistryUnavailableException(
        "Interrupted while the schema registry was asked for " + about, e);
  }
}
