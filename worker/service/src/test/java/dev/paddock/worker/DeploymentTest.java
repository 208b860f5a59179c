package dev.paddock.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.yaml.snakeyaml.Yaml;

/** What is offered to run Paddock with must fit what it is. */
class DeploymentTest {

  private static final Path ROOT = Path.of("..", "..");
  private static final Path MONITORING = ROOT.resolve(Path.of("docs", "monitoring"));
  private static final Path KUBERNETES = ROOT.resolve(Path.of("docs", "kubernetes"));

  private static final Pattern METRIC = Pattern.compile("\\bpaddock_[a-z0-9_]+");
  private static final Pattern DESCRIBED = Pattern.compile("\\| `(paddock_\\w+)` \\| (\\w+) \\|");
  private static final Pattern HEAP = Pattern.compile("-Xmx(\\d+)m");
  private static final Pattern DEFAULTED = Pattern.compile("\\$\\{\\w+:-([^}]*)}");
  private static final Duration CLOSING = Duration.ofSeconds(15);
  private static final long MIB = 1 << 20;

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Path> files(Path folder) {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(Files::isRegularFile).toList();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** What stands at a path of keys, and of numbers in lists. */
  private static Object at(Object tree, Object... path) {
    Object here = tree;
    for (Object step : path) {
      here = here instanceof List<?> list ? list.get((int) step) : ((Map<?, ?>) here).get(step);
      assertNotNull(here, () -> List.of(path) + " has nothing at " + step);
    }
    return here;
  }

  private static Object yaml(Path file) {
    return new Yaml().load(text(file));
  }

  private static Object compose() {
    return yaml(ROOT.resolve("docker-compose.yml"));
  }

  private static Object manifest(String name) {
    return yaml(KUBERNETES.resolve(name + ".yaml"));
  }

  /** As Compose has them where nobody sets a variable of its own. */
  private static Map<String, String> texts(Object map) {
    Map<String, String> texts = new HashMap<>();
    ((Map<?, ?>) map)
        .forEach(
            (key, value) ->
                texts.put((String) key, DEFAULTED.matcher(String.valueOf(value)).replaceAll("$1")));
    return texts;
  }

  @Test
  void everyFileCanBeRead() throws IOException {
    List<Path> all = new ArrayList<>(files(MONITORING));
    all.addAll(files(KUBERNETES));
    for (Path file : all) {
      if (file.toString().endsWith(".json")) {
        assertTrue(new JsonMapper().readTree(text(file)).isObject(), file::toString);
      } else {
        assertTrue(yaml(file) instanceof Map, file::toString);
      }
    }
  }

  @Test
  void everyMetricThatIsAskedForIsThere() {
    Set<String> there = new TreeSet<>();
    Matcher described = DESCRIBED.matcher(text(ROOT.resolve(Path.of("docs", "metrics.md"))));
    while (described.find()) {
      String name = described.group(1);
      there.addAll(
          switch (described.group(2)) {
            case "histogram" ->
                List.of(name + "_bucket", name + "_sum", name + "_count", name + "_max");
            case "summary" -> List.of(name + "_sum", name + "_count");
            default -> List.of(name);
          });
    }
    Set<String> asked = new TreeSet<>();
    List<Path> documents = new ArrayList<>(files(MONITORING));
    documents.addAll(files(KUBERNETES));
    documents.add(ROOT.resolve(Path.of("docs", "deploying.md")));
    for (Path document : documents) {
      METRIC.matcher(text(document)).results().forEach(found -> asked.add(found.group()));
    }
    assertTrue(asked.size() > 20, asked::toString);
    asked.removeAll(there);
    assertEquals(Set.of(), asked);
  }

  @Test
  void theComposeFileConfiguresItsWorkers(@TempDir Path empty) {
    Object worker = at(compose(), "services", "worker");
    Map<String, String> environment = texts(at(worker, "environment"));
    Configuration configuration = Configuration.read(nothing(empty), environment, List.of());

    assertEquals("0.0.0.0:8085", environment.get("PADDOCK_MANAGEMENT_ADDRESS"));
    assertNotNull(configuration.management().token());
    enoughTime(seconds(at(worker, "stop_grace_period")), configuration);
    enoughMemory(bytes(at(worker, "mem_limit")), environment, configuration);
    assertEquals(
        at(worker, "environment", "PADDOCK_MANAGEMENT_TOKEN"),
        at(compose(), "configs", "management-token", "content"));
  }

  @Test
  void theManifestsConfigureTheirWorkers(@TempDir Path folder) throws IOException {
    Object pod = at(manifest("deployment"), "spec", "template", "spec");
    Object container = at(pod, "containers", 0);
    Path file = folder.resolve("paddock.yaml");
    Files.writeString(file, (String) at(manifest("configmap"), "data", "paddock.yaml"));
    Map<String, String> environment = texts(at(manifest("secret.example"), "stringData"));
    Map<String, String> variable = texts(at(container, "env", 0));
    environment.put(variable.get("name"), variable.get("value"));
    Configuration configuration = Configuration.read(file, environment, List.of());

    assertNotNull(configuration.management().token());
    var address = configuration.management().address();
    assertNotNull(address);
    assertEquals(address.getPort(), at(container, "ports", 0, "containerPort"));
    assertEquals(address.getPort(), at(manifest("service"), "spec", "ports", 0, "port"));
    enoughTime(Duration.ofSeconds((int) at(pod, "terminationGracePeriodSeconds")), configuration);
    enoughMemory(bytes(at(container, "resources", "limits", "memory")), environment, configuration);

    Object scaled = at(manifest("scaledobject"), "spec");
    Object trigger = at(scaled, "triggers", 0, "metadata");
    assertEquals(configuration.topics().requests(), at(trigger, "topic"));
    assertEquals(configuration.intake().group(), at(trigger, "consumerGroup"));
    assertEquals(configuration.topics().partitions(), at(scaled, "maxReplicaCount"));
    assertTrue(
        text(KUBERNETES.resolve("configmap.yaml"))
            .contains("kafka.bootstrap.servers: " + at(trigger, "bootstrapServers")));
  }

  @Test
  void whatSelectsWorkersFindsThem() {
    Object labels = at(manifest("deployment"), "spec", "template", "metadata", "labels");
    assertEquals(labels, at(manifest("deployment"), "spec", "selector", "matchLabels"));
    assertEquals(labels, at(manifest("service"), "spec", "selector"));
    assertEquals(labels, at(manifest("poddisruptionbudget"), "spec", "selector", "matchLabels"));
    assertEquals(labels, at(manifest("networkpolicy"), "spec", "podSelector", "matchLabels"));
    assertEquals(
        at(manifest("deployment"), "metadata", "name"),
        at(manifest("scaledobject"), "spec", "scaleTargetRef", "name"));
  }

  @Test
  void theImageIsTheOneThatTheyName() {
    String parent = text(ROOT.resolve("pom.xml"));
    String version = between(parent, "<version>", "</version>");
    assertEquals("paddock:" + version, at(compose(), "services", "worker", "image"));
    assertEquals(version, at(manifest("kustomization"), "images", 0, "newTag"));
    assertEquals(
        at(manifest("kustomization"), "images", 0, "name") + ":" + version,
        at(manifest("deployment"), "spec", "template", "spec", "containers", 0, "image"));
    // What it is tested with.
    assertEquals(
        "apache/kafka:" + between(parent, "<kafka.version>", "<"),
        at(compose(), "services", "kafka", "image"));
    assertEquals(
        "apicurio/apicurio-registry:" + between(parent, "<apicurio.version>", "<"),
        at(compose(), "services", "registry", "image"));

    String image = text(ROOT.resolve(Path.of("worker", "Dockerfile")));
    Object security = at(manifest("deployment"), "spec", "template", "spec", "securityContext");
    assertTrue(
        image.contains(
            "\nUSER %s:%s\n".formatted(at(security, "runAsUser"), at(security, "runAsGroup"))));
    assertTrue(image.contains("\nEXPOSE 8085\n"));
  }

  private static Path nothing(Path folder) {
    Path file = folder.resolve("paddock.yaml");
    try {
      return Files.writeString(file, "{}");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever is killed while scripts run leaves them to another worker. */
  private static void enoughTime(Duration grace, Configuration configuration) {
    Duration needed = configuration.intake().drain().plus(CLOSING);
    assertTrue(grace.compareTo(needed) > 0, () -> grace + " are not more than " + needed);
  }

  /** By docs/sizing.md, and with what is in /tmp. */
  private static void enoughMemory(
      long limit, Map<String, String> environment, Configuration configuration) {
    Matcher heap = HEAP.matcher(String.valueOf(environment.get("JDK_JAVA_OPTIONS")));
    assertTrue(heap.find(), "the worker's heap has no bound");
    int sandboxes = configuration.pool().size() + configuration.pool().spares();
    long each = 190 * MIB + configuration.limits().ceilings().heapBytes() * 3 / 2;
    long needed = (Long.parseLong(heap.group(1)) + 160 + 64) * MIB + sandboxes * each;
    assertTrue(limit >= needed, () -> limit + " bytes are less than " + needed);
  }

  private static Duration seconds(Object text) {
    return Duration.parse("PT" + text);
  }

  private static long bytes(Object text) {
    String size = (String) text;
    assertTrue(size.matches("\\d+(g|Gi)"), size);
    return Long.parseLong(size.replaceAll("\\D", "")) << 30;
  }

  private static String between(String text, String begin, String end) {
    int from = text.indexOf(begin) + begin.length();
    return text.substring(from, text.indexOf(end, from));
  }
}
