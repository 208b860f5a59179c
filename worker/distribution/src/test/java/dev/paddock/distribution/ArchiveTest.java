package dev.paddock.distribution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What is in a release, and what is not. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArchiveTest {

  /** Libraries that are in Paddock's own jars as scripts. */
  private static final String SCRIPTS_GROUP = "org.webjars.npm";

  private final Archive archive = new Archive();
  private final JsonNode bill = readBill();

  private JsonNode readBill() {
    try {
      return new JsonMapper().readTree(archive.bytes("bom.json"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void itHasItsPartsAndNothingElse() {
    assertEquals(
        Set.of(
            "paddock",
            "lib/",
            "sandbox/",
            "config/",
            "docs/",
            "licences/",
            "LICENSE",
            "THIRD-PARTY.txt",
            "bom.json",
            "README.md",
            "CHANGELOG.md"),
        archive.in(""));
    assertEquals(Set.of("paddock.yaml"), archive.in("config/"));
    assertTrue(
        archive.entries().keySet().stream().allMatch(name -> name.startsWith(Archive.NAME + "/")));
    String version = Archive.NAME.substring("paddock-".length());
    assertTrue(archive.text("CHANGELOG.md").contains("## [" + version + "]"));
  }

  /** Of whoever built it, and when, nothing is in it. */
  @Test
  void everyoneMayReadItAndOnlyTheLauncherIsExecutable() {
    Set<Long> times = new TreeSet<>();
    archive
        .entries()
        .forEach(
            (name, header) -> {
              boolean executable = header.isDirectory() || name.endsWith("/paddock");
              assertEquals(executable ? 0755 : 0644, header.getMode() & 0777, name);
              assertEquals("root:root", header.getUserName() + ":" + header.getGroupName(), name);
              assertEquals(0, header.getLongUserId() + header.getLongGroupId(), name);
              times.add(header.getLastModifiedTime().toMillis());
            });
    assertEquals(1, times.size(), times::toString);
  }

  @Test
  void noClassOfTheWorkerIsAmongTheSandboxsNorTheEngineAmongTheWorkers() {
    for (String jar : archive.in("sandbox/")) {
      for (String name : archive.members("sandbox/" + jar)) {
        assertFalse(
            Stream.of("org/apache/", "org/slf4j/", "com/fasterxml/", "dev/paddock/worker/")
                .anyMatch(name::startsWith),
            () -> jar + " has " + name);
      }
    }
    for (String jar : archive.in("lib/")) {
      for (String name : archive.members("lib/" + jar)) {
        assertFalse(
            Stream.of("com/oracle/truffle/", "org/graalvm/", "kafka/server/", "org/junit/")
                .anyMatch(name::startsWith),
            () -> jar + " has " + name);
      }
    }
    assertTrue(
        archive
            .members("sandbox/" + own("paddock-sandbox"))
            .contains("dev/paddock/sandbox/Sandbox.class"));
    assertFalse(archive.in("lib/").contains(own("paddock-load-tests")));
  }

  private static String own(String artifact) {
    return artifact + Archive.NAME.substring("paddock".length()) + ".jar";
  }

  @Test
  void theBillOfMaterialsListsExactlyTheJarsWithTheirDigests() throws Exception {
    Map<String, String> listed = new HashMap<>();
    for (JsonNode component : bill.path("components")) {
      if (isJar(component)) {
        listed.put(
            component.path("name").asText() + "-" + component.path("version").asText() + ".jar",
            digest(component));
      }
    }
    Map<String, String> present = new HashMap<>();
    for (String folder : List.of("lib/", "sandbox/")) {
      for (String jar : archive.in(folder)) {
        byte[] sha = MessageDigest.getInstance("SHA-256").digest(archive.bytes(folder + jar));
        present.put(jar, HexFormat.of().formatHex(sha));
      }
    }
    assertEquals(new TreeSet<>(present.keySet()), new TreeSet<>(listed.keySet()));
    assertEquals(present, listed);
    assertEquals("CycloneDX", bill.path("bomFormat").asText());
  }

  private static boolean isJar(JsonNode component) {
    return component.path("purl").asText().contains("type=jar")
        && !component.path("group").asText().equals(SCRIPTS_GROUP);
  }

  private static String digest(JsonNode component) {
    for (JsonNode hash : component.path("hashes")) {
      if (hash.path("alg").asText().equals("SHA-256")) {
        return hash.path("content").asText();
      }
    }
    return "none";
  }

  @Test
  void everyLibraryIsReportedWithALicenceWhoseTextIsThere() {
    Map<String, List<String>> reported = new HashMap<>();
    Matcher entries =
        Pattern.compile("(?m)^(\\S+:\\S+:\\S+)\\n {4}(.+)$")
            .matcher(archive.text("THIRD-PARTY.txt"));
    while (entries.find()) {
      reported.put(entries.group(1), Arrays.asList(entries.group(2).split(", ", -1)));
    }
    Set<String> libraries = new TreeSet<>();
    for (JsonNode component : bill.path("components")) {
      libraries.add(
          Stream.of("group", "name", "version")
              .map(key -> component.path(key).asText())
              .collect(Collectors.joining(":")));
    }
    assertTrue(libraries.size() > 30, libraries::toString);
    assertEquals(libraries, new TreeSet<>(reported.keySet()));
    reported.forEach(
        (library, licences) ->
            assertTrue(
                licences.stream()
                    .anyMatch(
                        licence ->
                            licence.equals("Apache-2.0")
                                || archive.in("licences/").contains(licence + ".txt")),
                () -> library + ": " + licences));
  }

  @Test
  void theScriptsInPaddocksJarsAreListedAndBringTheirLicences() {
    Set<String> listed = new TreeSet<>();
    for (JsonNode component : bill.path("components")) {
      if (component.path("group").asText().equals(SCRIPTS_GROUP)) {
        listed.add(component.path("name").asText() + "-" + component.path("version").asText());
      }
    }
    Set<String> licensed =
        Stream.of("sandbox/" + own("paddock-sandbox"), "lib/" + own("paddock-service"))
            .flatMap(jar -> archive.members(jar).stream())
            .filter(name -> name.matches("THIRD-PARTY/.*/LICENSE.*"))
            .map(name -> name.split("/", -1)[1])
            .collect(Collectors.toSet());
    assertEquals(licensed, listed);
    assertEquals(6, listed.size(), listed::toString);
  }
}
