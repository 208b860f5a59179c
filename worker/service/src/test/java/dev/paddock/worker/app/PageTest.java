package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.sendNumbers;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.InlineScript;
import dev.paddock.schemas.ScriptKind;
import dev.paddock.worker.dispatch.DispatchStatistics;
import dev.paddock.worker.intake.IntakeStatistics;
import dev.paddock.worker.observe.Activity;
import dev.paddock.worker.observe.Health;
import dev.paddock.worker.observe.ManagementServer;
import dev.paddock.worker.pool.PoolStatistics;
import dev.paddock.worker.publish.PublishStatistics;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a person sees of a worker that runs, in a browser. */
@Tag("long")
@ExtendWith(SharedServices.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PageTest {

  private static final String TOKEN = "a-token-for-the-page-test";
  private static final Path PICTURES = SharedServices.HOME.resolveSibling("page");

  /** Would be seen in the title if it were ever read as HTML. */
  private static final String HOSTILE = "<img src=/x onerror=\"document.title='had'\">";

  private static final String HOSTILE_SOURCE =
      """
      const network = input.network;
      throw new RangeError(network + " reports nothing");
      """;

  private static final String HOSTILE_INPUT =
      "{\"network\":\"%s\"}".formatted(HOSTILE.replace("\"", "\\\""));

  private final Scene scene;

  @SuppressWarnings("NullAway.Init")
  private Chromium browser;

  @SuppressWarnings("NullAway.Init")
  private URI page;

  @SuppressWarnings("NullAway.Init")
  private BrowserTab tab;

  PageTest(LocalServices services) throws InterruptedException {
    scene =
        new Scene(
            services.broker().bootstrapServers(),
            services.registry().url(),
            Map.of(
                "pool.size", "2",
                "management.address", "127.0.0.1:0",
                "management.token", TOKEN,
                "management.workbench", "true",
                "limits.default.cpu.ms", "500"));
  }

  @BeforeAll
  void start() throws Exception {
    Optional<Path> chromium = Chromium.find();
    assumeTrue(
        chromium.isPresent(),
        "There is no Chromium to look at the page with: install Debian's package chromium, or name"
            + " one with -Dpaddock.chromium=FILE");
    Worker worker = scene.worker("w1");
    InetSocketAddress address = Objects.requireNonNull(worker.managementAddress());
    page = URI.create("http://127.0.0.1:" + address.getPort() + "/");
    browser = Chromium.start(chromium.orElseThrow());
  }

  @AfterAll
  void stop() throws Exception {
    scene.close();
    if (browser != null) {
      browser.close();
    }
  }

  @BeforeEach
  void open() throws Exception {
    tab = browser.open();
    tab.look(1280, 1000, false);
  }

  @AfterEach
  void nothingIsAskedForElsewhereAndNothingComplains() {
    List<URI> elsewhere =
        tab.requests().stream()
            .filter(uri -> !List.of("about", "data").contains(uri.getScheme()))
            .filter(uri -> !"127.0.0.1".equals(uri.getHost()))
            .toList();
    List<String> complaints = tab.complaints();
    tab.close();
    assertEquals(List.of(), elsewhere);
    assertEquals(List.of(), complaints);
  }

  private void enterToken(String token) {
    tab.await("the question", "document.querySelector('#token-dialog').open");
    tab.tabTo("#token");
    tab.type(token);
    tab.press("Enter");
  }

  private void watch(String view) {
    tab.show(page.resolve(view));
    enterToken(TOKEN);
    tab.awaitText("#connection", "live");
  }

  private static ExecutionRequest hostile() {
    return ExecutionRequest.newBuilder()
        .setExecutionId("hostile")
        .setTenant("tenant " + HOSTILE)
        .setScript(
            new InlineScript("script " + HOSTILE, ScriptKind.SCRIPT, HOSTILE_SOURCE, Map.of()))
        .setInput(HOSTILE_INPUT)
        .build();
  }

  @Test
  void aWrongTokenIsRefusedAndTheRightOneIsKeptForTheTabOnly() {
    tab.show(page);
    enterToken("not-the-token-of-this-worker");
    tab.awaitText("#token-problem", "refused");
    assertEquals("", tab.evaluate("sessionStorage.getItem('paddock.token') ?? ''").asText());

    enterToken(TOKEN);
    tab.awaitText("#connection", "live");
    assertFalse(tab.evaluate("document.querySelector('#token-dialog').open").asBoolean());
    assertEquals(page.toString(), tab.evaluate("location.href").asText());
    assertEquals(0, tab.evaluate("localStorage.length + document.cookie.length").asInt());
    assertTrue(tab.requests().stream().noneMatch(uri -> uri.toString().contains(TOKEN)));

    tab.show(page);
    tab.awaitText("#connection", "live");

    tab.click("#sign-out");
    tab.await("the question", "document.querySelector('#token-dialog')?.open");
  }

  @Test
  void whatTheWorkerDoesIsSeenWhileItDoesIt() {
    watch("/");
    tab.awaitText("#worker", "w1");
    tab.awaitText("#readiness", "ready");

    sendNumbers(scene, "seen-", 0, 200, Checks.WAITING_NUMBER);
    tab.await(
        "figures that move", "parseFloat(document.querySelector('#figure-rate').innerText) > 0");
    tab.await("a percentile", "/\\d+ m?s/.test(document.querySelector('#figure-p99').innerText)");
    tab.await("a line", "parseFloat(document.querySelector('#throughput .keys b').innerText) > 0");
    tab.awaitText("#tenants", "acme");
    assertEquals(
        4, tab.evaluate("document.querySelectorAll('#lag tbody tr').length").asInt(), "partitions");

    scene.send(Scene.request("long-one", "new Promise(done => setTimeout(done, 4000))").build());
    tab.awaitText("#sandboxes", "long-one");
    tab.awaitText("#figure-busy", "1 of 2");
    tab.awaitText("#sandboxes tbody", "of 5 s");
    tab.awaitText("#figure-busy", "0 of 2");
  }

  @Test
  void whatFailsIsListedWithItsReasonAndAllOfItAsText() throws Exception {
    watch("/");
    scene.send(hostile());
    scene.send(Scene.request("endless", "for (;;);").build());
    var _ = scene.send(null, null, "no request".getBytes(UTF_8));

    tab.awaitText("#troubles", "CPU_TIME");
    tab.awaitText("#troubles", "ms of CPU time; 500 allowed");
    tab.awaitText("#troubles", "MALFORMED_REQUEST");
    tab.awaitText("#troubles", "RangeError: " + HOSTILE + " reports nothing");
    tab.awaitText("#troubles", "script " + HOSTILE + ":2");
    tab.awaitText("#troubles", "tenant " + HOSTILE);
    tab.awaitText("#tenants", "tenant " + HOSTILE);
    tab.awaitText("#violations", "CPU_TIME");
    assertEquals(1, tab.evaluate("document.images.length").asInt(), "the logo");

    tab.evaluate(
        """
        {
          const kind = document.querySelector("#troubles-kind");
          kind.value = "CPU_TIME";
          kind.dispatchEvent(new Event("change"));
        }""");
    assertFalse(tab.text("#troubles").contains("RangeError"));
    tab.click("#troubles-pause");
    scene.send(Scene.request("endless-too", "for (;;);").build());
    tab.awaitText("#troubles-about", "paused, 1 more since");
    assertFalse(tab.text("#troubles").contains("endless-too"));
    tab.click("#troubles-pause");
    tab.awaitText("#troubles", "endless-too");
  }

  @Test
  void aScriptIsTriedByKeyboardAlone() {
    watch("/#workbench");
    tab.await("the form", "!document.querySelector('#bench').hidden");
    tab.tabTo("#source");
    tab.evaluate("document.activeElement.select()");
    tab.type("console.warn('careful');");
    tab.press("Enter");
    tab.press("Tab");
    tab.type("({ total: input.price * 2, made: '" + HOSTILE.replace("'", "\\'") + "' })");
    assertTrue(tab.evaluate("document.querySelector('#source').value").asText().contains("\n  ({"));
    tab.press("Escape");
    tab.press("Tab");
    assertEquals("input", tab.evaluate("document.activeElement.id").asText());
    tab.evaluate("document.activeElement.select()");
    tab.type("{\"price\": 21");
    tab.awaitText("#input-problem", "This is no JSON");
    tab.type("}");
    assertEquals("", tab.text("#input-problem"));
    tab.pressWithCtrl("Enter");

    tab.awaitText("#run-status", "succeeded");
    tab.awaitText("#result", "\"total\": 42");
    tab.awaitText("#result", HOSTILE.replace("\"", "\\\""));
    tab.awaitText("#result .log .warn", "careful");
    tab.awaitText("#result .usage", "of 500 ms");
    tab.picture(PICTURES.resolve("workbench-light.png"));
  }

  private void tryOut(String source) {
    tab.await("the form", "!document.querySelector('#bench').hidden");
    tab.tabTo("#source");
    tab.evaluate("document.activeElement.select()");
    tab.type(source);
    tab.pressWithCtrl("Enter");
  }

  @Test
  void aScriptThatThrowsShowsWhereAndOneThatDoesNotEndWhy() {
    watch("/#workbench");
    tryOut("const one = 1;\nthrow new TypeError('no ' + one);\n");
    tab.awaitText("#run-status", "failed");
    tab.awaitText("#result", "TypeError: no 1");
    tab.awaitText("#result", "line 2");
    assertFalse(tab.evaluate("document.querySelector('#line-mark').hidden").asBoolean());
    tab.tabTo("#result button");
    tab.press("Enter");
    assertEquals(
        "throw new TypeError('no ' + one);", tab.evaluate("getSelection().toString()").asText());

    tab.evaluate("document.querySelector('#limits').open = true");
    tab.tabTo("#limit-cpuMillis");
    tab.type("many");
    tab.awaitText("#limit-cpuMillis-hint", "Not a limit");
    tab.evaluate("document.activeElement.select()");
    tab.type("0.2 s");
    tab.awaitText("#limit-cpuMillis-hint", "at most 10 s");
    tab.evaluate("document.querySelector('#source').focus()");
    tryOut("for (;;);");
    tab.awaitText("#run-status", "violated");
    tab.awaitText("#result", "CPU_TIME");
    tab.awaitText("#result", "200 allowed");
    assertTrue(tab.evaluate("document.querySelector('#line-mark').hidden").asBoolean());
  }

  @Test
  void everybodyCanUseItInLightAndDarkAndOnAPhone() throws Exception {
    scene.send(hostile());
    scene.send(Scene.request("endless-for-all", "for (;;);").build());
    tab.show(page);
    tab.await("the question", "document.querySelector('#token-dialog').open");
    List<String> found = new ArrayList<>(axe("the question"));
    enterToken(TOKEN);
    tab.awaitText("#troubles", "CPU_TIME");
    tab.awaitText("#troubles", "RangeError");
    for (boolean dark : List.of(false, true)) {
      String colours = dark ? "dark" : "light";
      tab.look(1280, 1000, dark);
      tab.click("#to-overview");
      tab.await("the overview", "!document.querySelector('#overview').hidden");
      found.addAll(axe("overview, " + colours));
      tab.picture(PICTURES.resolve("overview-" + colours + ".png"));
      tab.click("#to-workbench");
      tab.await("the workbench", "!document.querySelector('#workbench').hidden");
      tab.evaluate("document.querySelector('#limits').open = true");
      tryOut(
          "console.error('no'); console.warn('hm');\nthrow new Error('" + "long".repeat(99) + "')");
      tab.awaitText("#run-status", "failed");
      found.addAll(axe("workbench, " + colours));
      tab.picture(PICTURES.resolve("workbench-" + colours + ".png"));

      tab.look(360, 740, dark);
      assertFitsThePhone("workbench");
      tab.picture(PICTURES.resolve("phone-workbench-" + colours + ".png"));
      tab.click("#to-overview");
      tab.await("the overview", "!document.querySelector('#overview').hidden");
      assertFitsThePhone("overview");
      found.addAll(axe("overview on a phone, " + colours));
      tab.picture(PICTURES.resolve("phone-overview-" + colours + ".png"));
    }
    assertEquals(List.of(), found);
  }

  private void assertFitsThePhone(String what) {
    tab.await(what + " as wide", "innerWidth === 360 && document.body.clientWidth === 360");
    assertEquals(360, tab.evaluate("document.documentElement.scrollWidth").asInt(), what);
  }

  /** What the rules of axe-core, which has those of WCAG that a machine can check, find wrong. */
  private List<String> axe(String what) throws IOException {
    if (!tab.evaluate("'axe' in window").asBoolean()) {
      try (InputStream axe =
          Objects.requireNonNull(PageTest.class.getResourceAsStream("/axe.min.js"))) {
        tab.evaluate(new String(axe.readAllBytes(), UTF_8) + "; true");
      }
    }
    JsonNode found =
        tab.evaluate(
            """
            axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) =>
              nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`)))
            """);
    List<String> all = new ArrayList<>();
    found.forEach(one -> all.add(what + ": " + one.asText()));
    return all;
  }

  @Test
  void aWorkerThatIsAwayIsSaidSoAndFoundAgain() throws Exception {
    ManagementServer first = quietServer(0);
    int port = first.address().getPort();
    try (first) {
      tab.show(URI.create("http://127.0.0.1:" + port + "/"));
      tab.awaitText("#connection", "live");
      tab.awaitText("#readiness", "not ready");
      tab.awaitText("#reasons", "No sandbox can be started");
      tab.awaitText("#overview", "No script has run yet.");
      tab.awaitText("#overview", "No partition is assigned");
      tab.awaitText("#overview", "None since the worker started.");
      tab.click("#to-workbench");
      tab.awaitText("#workbench", "set management.workbench to true");
    }
    tab.awaitText("#connection", "not connected, trying again");
    tab.awaitText("#lost", "What is shown is of");
    assertEquals("true", tab.evaluate("document.body.matches('.stale')").asText());
    try (ManagementServer again = quietServer(port)) {
      assertEquals(port, again.address().getPort());
      tab.awaitText("#connection", "live");
      assertEquals("", tab.text("#lost"));
    }
  }

  /** Of a worker that nothing is asked of, and that has no sandbox. */
  private static ManagementServer quietServer(int port) throws IOException {
    Health health = new Health(true, List.of("No sandbox can be started"), 0);
    return ManagementServer.start(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        null,
        null,
        new ManagementServer.Views(() -> health, () -> "", PageTest::quiet, null));
  }

  private static WorkerView quiet() {
    Activity.Percentiles none = new Activity.Percentiles(0, 0, 0, 0, 0);
    return new WorkerView(
        System.currentTimeMillis(),
        "quiet",
        "group",
        1000,
        List.of("No sandbox can be started"),
        1,
        List.of(),
        new PoolStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0),
        new DispatchStatistics(0, 0, 0),
        new IntakeStatistics(0, 0, 0, 0, false, List.of()),
        new PublishStatistics(0, 0, 0, 0),
        new Activity.Glance(
            Map.of("succeeded", 0L),
            Map.of(),
            Map.of("queue", none, "cpu", none, "wall", none, "endToEnd", none),
            List.of(),
            List.of()));
  }
}
