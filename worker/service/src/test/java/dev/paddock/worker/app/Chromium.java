package dev.paddock.worker.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.cli.FolderTree;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A Chromium without a window, in a process of its own. It is driven over its DevTools protocol as
 * it is: that takes a WebSocket, which the JDK has, while a library for it would bring a driver, or
 * a browser, of its own along.
 */
final class Chromium implements AutoCloseable {

  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable");

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final Path profile;
  private final URI devTools;

  private Chromium(Process process, Path profile) {
    this.process = process;
    this.profile = profile;
    this.devTools = URI.create("http://127.0.0.1:" + awaitPort());
  }

  /** Where there is one: by the property paddock.chromium, or on the path. */
  static Optional<Path> find() {
    String named = System.getProperty("paddock.chromium");
    if (named != null) {
      return Optional.of(Path.of(named));
    }
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return NAMES.stream()
        .flatMap(name -> Stream.of(path.split(File.pathSeparator, -1)).map(f -> Path.of(f, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one that knows nothing of earlier ones. */
  static Chromium start(Path executable) throws IOException {
    Path profile = Files.createTempDirectory("paddock-chromium");
    Process process =
        new ProcessBuilder(
                executable.toString(),
                "--headless=new",
                "--no-sandbox", // which root cannot have; it shows nothing but Paddock's page
                "--disable-gpu",
                "--disable-dev-shm-usage", // in containers there is little of it
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return new Chromium(process, profile);
  }

  private String awaitPort() {
    Path file = profile.resolve("DevToolsActivePort");
    return Awaitility.await("Chromium's port")
        .atMost(Scene.PATIENCE)
        .until(() -> Files.exists(file) ? Files.readAllLines(file) : List.of(""), l -> l.size() > 1)
        .getFirst();
  }

  /** Opens a tab, which shares nothing with the others. */
  BrowserTab open() throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(devTools.resolve("/json/new?about:blank"))
            .timeout(Duration.ofSeconds(60))
            .PUT(HttpRequest.BodyPublishers.noBody())
            .build();
    JsonNode tab = JSON.readTree(client.send(request, HttpResponse.BodyHandlers.ofString()).body());
    return new BrowserTab(client, URI.create(tab.get("webSocketDebuggerUrl").textValue()));
  }

  @Override
  public void close() throws IOException {
    client.close();
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    Awaitility.await("the end of Chromium's processes")
        .atMost(Scene.PATIENCE)
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    new FolderTree(profile).delete();
  }
}
