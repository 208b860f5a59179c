package dev.paddock.worker.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** A tab of a {@link Chromium}, used by one thread as a person would. */
final class BrowserTab implements AutoCloseable {

  private static final JsonMapper JSON = new JsonMapper();
  private static final int CTRL = 2;

  /** Key codes as Windows has them, which browsers go by. */
  private static final Map<String, Integer> KEYS = Map.of("Tab", 9, "Enter", 13, "Escape", 27);

  private final WebSocket socket;
  private final AtomicInteger numbers = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> open = new ConcurrentHashMap<>();
  private final Queue<String> complaints = new ConcurrentLinkedQueue<>();
  private final Queue<URI> requests = new ConcurrentLinkedQueue<>();

  BrowserTab(HttpClient client, URI address) {
    socket = client.newWebSocketBuilder().buildAsync(address, new Ear()).join();
    for (String domain : List.of("Page", "Runtime", "Log", "Network")) {
      call(domain + ".enable", Map.of());
    }
  }

  /** Puts what comes in pieces together. */
  private final class Ear implements WebSocket.Listener {

    private final StringBuilder text = new StringBuilder();

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        hear(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }
  }

  private void hear(String text) {
    JsonNode message = tree(text);
    JsonNode params = message.path("params");
    switch (message.path("method").asText("")) {
      case "" -> {
        CompletableFuture<JsonNode> answer = open.remove(message.path("id").asInt());
        if (answer != null) {
          answer.complete(message);
        }
      }
      case "Runtime.exceptionThrown" -> complaints.add(params.toString());
      case "Runtime.consoleAPICalled" -> complaints.add(params.path("args").toString());
      case "Log.entryAdded" -> complain(params.path("entry"));
      case "Network.requestWillBeSent" ->
          requests.add(URI.create(params.path("request").path("url").asText()));
      default -> {}
    }
  }

  /** That a request was answered with a problem is what some tests are about. */
  private void complain(JsonNode entry) {
    if (!entry.path("source").asText().equals("network")) {
      complaints.add(entry.toString());
    }
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode call(String method, Map<String, ?> params) {
    int number = numbers.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    open.put(number, answer);
    String text =
        JSON.valueToTree(Map.of("id", number, "method", method, "params", params)).toString();
    socket.sendText(text, true).join();
    JsonNode message = answer.orTimeout(60, TimeUnit.SECONDS).join();
    if (message.has("error")) {
      throw new IllegalStateException(method + ": " + message.get("error"));
    }
    return message.get("result");
  }

  /** Goes to an address. */
  void show(URI address) {
    call("Page.navigate", Map.of("url", address.toString()));
    await("the page", "document.readyState === 'complete'");
  }

  /** How large the window is, in pixels, and whether a person has chosen dark colours. */
  void look(int width, int height, boolean dark) {
    call(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 500));
    Map<String, String> scheme =
        Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light");
    call("Emulation.setEmulatedMedia", Map.of("features", List.of(scheme)));
  }

  /** The value of an expression, awaited. */
  JsonNode evaluate(String expression) {
    JsonNode result =
        call(
            "Runtime.evaluate",
            Map.of("expression", expression, "awaitPromise", true, "returnByValue", true));
    if (result.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + result.get("exceptionDetails"));
    }
    return result.path("result").path("value");
  }

  /** Waits until an expression is true. */
  void await(String what, String expression) {
    try {
      Awaitility.await(what).atMost(Scene.PATIENCE).until(() -> evaluate(expression).asBoolean());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(
          "%s is not there; seen is:%n%s%ncomplaints: %s".formatted(what, text("body"), complaints),
          e);
    }
  }

  /** What a person reads in an element; nothing where it is not to be seen. */
  String text(String selector) {
    return evaluate(seen(selector)).asText();
  }

  /** Waits until a person can read this in an element. */
  void awaitText(String selector, String text) {
    await(text + " in " + selector, "%s.includes(%s)".formatted(seen(selector), quoted(text)));
  }

  private static String seen(String selector) {
    return "(e => e?.checkVisibility() ? e.innerText : '')(document.querySelector(%s))"
        .formatted(quoted(selector));
  }

  /** Clicks on an element, or does what the keyboard would do to it. */
  void click(String selector) {
    evaluate("document.querySelector(%s).click()".formatted(quoted(selector)));
  }

  /** Presses a key: Tab, Enter or Escape. */
  void press(String key) {
    press(key, 0);
  }

  void pressWithCtrl(String key) {
    press(key, CTRL);
  }

  private void press(String key, int modifiers) {
    Map<String, Object> event = new HashMap<>();
    event.put("type", key.equals("Enter") ? "keyDown" : "rawKeyDown");
    event.put("key", key);
    event.put("code", key);
    event.put("windowsVirtualKeyCode", KEYS.get(key));
    event.put("modifiers", modifiers);
    if (key.equals("Enter")) {
      event.put("text", "\r");
    }
    call("Input.dispatchKeyEvent", event);
    event.remove("text");
    event.put("type", "keyUp");
    call("Input.dispatchKeyEvent", event);
  }

  /** Types a text where the focus is. */
  void type(String text) {
    call("Input.insertText", Map.of("text", text));
  }

  /**
   * Presses Tab until an element has the focus, out of an editor by Escape; fails where it never
   * comes to it.
   */
  void tabTo(String selector) {
    String there = "document.activeElement.matches(%s)".formatted(quoted(selector));
    for (int i = 0; i < 60; i++) {
      if (evaluate(there).asBoolean()) {
        return;
      }
      if (evaluate("document.activeElement.matches('textarea')").asBoolean()) {
        press("Escape");
      }
      press("Tab");
    }
    throw new AssertionError("The keyboard does not come to " + selector);
  }

  /** Keeps a picture of the window, for a person to look at. */
  void picture(Path file) {
    JsonNode result = call("Page.captureScreenshot", Map.of("format", "png"));
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, Base64.getDecoder().decode(result.get("data").asText()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What the page has written to its console, and errors that nobody caught. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  /** What was asked for. */
  List<URI> requests() {
    return List.copyOf(requests);
  }

  private static String quoted(String text) {
    return JSON.valueToTree(text).toString();
  }

  @Override
  public void close() {
    call("Page.close", Map.of());
    socket.abort();
  }
}
