package dev.paddock.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * An Apicurio Registry on the loopback interface, as a child process. Speaks the REST API of
 * Confluent's schema registry.
 */
public final class LocalRegistry implements AutoCloseable {

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);

  private final ChildJvm child;
  private final String url;

  private LocalRegistry(ChildJvm child, String url) {
    this.child = child;
    this.url = url;
  }

  /**
   * Starts a registry and waits until it serves.
   *
   * @param home the folder that has Apicurio in {@code registry/}
   * @param data where schemas are kept; a folder of an earlier registry is taken up again
   * @param port where it listens, or 0 for a port of the system's choice
   * @throws LocalServiceException where it does not start, with the end of its log
   */
  public static LocalRegistry start(Path home, Path data, int port) {
    return Ports.start(port, () -> attempt(home, data, port));
  }

  private static LocalRegistry attempt(Path home, Path data, int port) {
    Path jar =
        LocalServiceException.require(
            home.resolve("registry").resolve("quarkus-run.jar"), "schema registry");
    int chosen = Ports.choose(port, "schema registry");
    try {
      Files.createDirectories(data);
    } catch (IOException e) {
      throw new LocalServiceException("The registry's folder cannot be made: " + e, e);
    }
    String url = "http://127.0.0.1:" + chosen + "/apis/ccompat/v7";
    ChildJvm child =
        ChildJvm.start(
            "schema registry",
            List.of(
                "-Xmx256m",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + chosen,
                // Otherwise port 9000 on every interface, and no second registry on the machine.
                "-Dquarkus.management.host=127.0.0.1",
                "-Dquarkus.management.port=0",
                "-Dquarkus.log.category.\"io.quarkus.http.access-log\".level=WARN",
                // What Confluent's registry does unless told otherwise.
                "-Dapicurio.rules.global.compatibility=BACKWARD",
                "-Dapicurio.datasource.url=jdbc:h2:file:"
                    + data.resolve("registry").toAbsolutePath()),
            jar.toString(),
            RegistryMain.class,
            List.of(),
            data.resolve("registry.log").toAbsolutePath());
    try (HttpClient http = HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build()) {
      child.awaitReady(() -> answers(http, url));
    }
    return new LocalRegistry(child, url);
  }

  /** The base URL of its Confluent-compatible API. */
  public String url() {
    return url;
  }

  /** The process id. */
  public long pid() {
    return child.pid();
  }

  /** Stops it cleanly, within a bounded time. */
  @Override
  public void close() {
    child.close();
  }

  private static boolean answers(HttpClient http, String url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/subjects")).timeout(PROBE_TIMEOUT).build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
