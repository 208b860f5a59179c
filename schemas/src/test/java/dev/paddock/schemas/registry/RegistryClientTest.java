package dev.paddock.schemas.registry;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalRegistry;
import dev.paddock.local.testing.OnAnyServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import dev.paddock.schemas.RegistryFront;
import dev.paddock.schemas.SharedRegistry;
import dev.paddock.schemas.Violation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@OnAnyServices
class RegistryClientTest {

  private static final Schema ONE =
      SchemaBuilder.record("R").fields().requiredString("a").endRecord();
  private static final Schema TWO =
      SchemaBuilder.record("R").fields().requiredString("a").optionalInt("b").endRecord();
  private static final Schema INCOMPATIBLE =
      SchemaBuilder.record("R").fields().requiredString("a").requiredInt("b").endRecord();
  private static final Schema.Field OPTIONAL = TWO.getField("b");
  private static final Schema.Field REQUIRED = INCOMPATIBLE.getField("b");
  private static final int UNKNOWN = 1_000_000;

  /** Stands still until it is moved. */
  private static final class MovableClock extends Clock {

    private Instant now = Instant.EPOCH;

    @Override
    public ZoneId getZone() {
      return ZoneId.of("UTC");
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Instant instant() {
      return now;
    }
  }

  @Test
  void aSchemaIsFoundByIdSubjectAndVersionOnceItIsRegistered() {
    String subject = SharedRegistry.topic() + " with/odd?characters";
    int one;
    int two;
    try (RegistryClient writer = SharedRegistry.client(SharedRegistry.url())) {
      one = writer.register(subject, ONE);
      two = writer.register(subject, TWO);
      assertEquals(one, writer.register(subject, ONE));
    }
    try (RegistryClient reader = SharedRegistry.client(SharedRegistry.url())) {
      assertEquals(ONE, reader.byId(one));
      assertEquals(TWO, reader.byId(two));
      assertEquals(two, reader.lookUp(subject, TWO));
      assertEquals(new RegisteredSchema(subject, 1, one, ONE), reader.version(subject, 1));
      assertEquals(new RegisteredSchema(subject, 2, two, TWO), reader.latest(subject));
    }
  }

  @Test
  void whatTheRegistryDoesNotHaveIsNotFoundAndNamed() {
    String subject = SharedRegistry.topic();
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      assertNamed("schema id " + UNKNOWN, () -> client.byId(UNKNOWN));
      assertNamed("version latest of subject " + subject, () -> client.latest(subject));
      assertNamed("subject " + subject, () -> client.lookUp(subject, ONE));
      client.register(subject, ONE);
      assertNamed("version 7 of subject " + subject, () -> client.version(subject, 7));
      assertNamed("subject " + subject, () -> client.lookUp(subject, TWO));
    }
  }

  private static void assertNamed(String what, Runnable call) {
    SchemaNotFoundException e = assertThrows(SchemaNotFoundException.class, call::run);
    String message = String.valueOf(e.getMessage());
    assertTrue(message.startsWith("The schema registry has no " + what + ": http://"), message);
    assertTrue(message.contains(" answers 404 4040"), message);
  }

  @Test
  void anIncompatibleSchemaIsRejected() {
    String subject = SharedRegistry.topic();
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      client.register(subject, ONE);
      assertTrue(client.isCompatible(subject, TWO));
      assertFalse(client.isCompatible(subject, INCOMPATIBLE));
      SchemaRejectedException e =
          assertThrows(SchemaRejectedException.class, () -> client.register(subject, INCOMPATIBLE));
      assertTrue(String.valueOf(e.getMessage()).contains("not compatible"), e.getMessage());
      assertTrue(String.valueOf(e.getMessage()).contains(subject), e.getMessage());
    }
  }

  @Test
  void ourContractsMayOnlyEvolveCompatibly() {
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      for (Schema contract :
          List.of(
              ExecutionRequest.getClassSchema(),
              ExecutionResult.getClassSchema(),
              Violation.getClassSchema())) {
        String subject = SharedRegistry.topic() + "-value";
        int id = client.register(subject, contract);
        assertEquals(contract, client.byId(id));
        assertTrue(client.isCompatible(subject, with(contract, OPTIONAL)));
        assertFalse(client.isCompatible(subject, with(contract, REQUIRED)));
      }
    }
  }

  /** A copy of a record's schema with one more field. */
  private static Schema with(Schema record, Schema.Field more) {
    List<Schema.Field> fields = new ArrayList<>();
    record.getFields().forEach(old -> fields.add(new Schema.Field(old, old.schema())));
    fields.add(new Schema.Field(more, more.schema()));
    return Schema.createRecord(record.getName(), null, record.getNamespace(), false, fields);
  }

  @Test
  void whatAnIdMeansIsAskedOnce() {
    String subject = SharedRegistry.topic();
    try (RegistryFront front = new RegistryFront();
        RegistryClient writer = SharedRegistry.client(front.url());
        RegistryClient reader = SharedRegistry.client(front.url())) {
      int id = writer.register(subject, ONE);
      assertEquals(id, writer.register(subject, ONE));
      assertEquals(1, front.requests());
      assertEquals(ONE, reader.byId(id));
      assertEquals(ONE, reader.byId(id));
      assertEquals(2, front.requests());
    }
  }

  @Test
  void anUnknownIdIsAskedForAgainOnlyAfterAWhile() {
    MovableClock clock = new MovableClock();
    try (RegistryFront front = new RegistryFront();
        RegistryClient client =
            new RegistryClient(
                RegistrySettings.of(Map.of("schema.registry.url", front.url())), clock)) {
      assertThrows(SchemaNotFoundException.class, () -> client.byId(UNKNOWN));
      assertThrows(SchemaNotFoundException.class, () -> client.byId(UNKNOWN));
      assertEquals(1, front.requests());
      clock.now = clock.now.plus(Duration.ofSeconds(5));
      assertThrows(SchemaNotFoundException.class, () -> client.byId(UNKNOWN));
      assertEquals(2, front.requests());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void troubleThatPassesIsNotNoticed(int status) {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      front.reply(status, "{\"error_code\":50001,\"message\":\"not now\"}");
      front.reply(status, "");
      client.register(SharedRegistry.topic(), ONE);
      assertEquals(3, front.requests());
    }
  }

  @Test
  void troubleThatStaysIsSaidWithTheRegistrysOwnWords() {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client =
            SharedRegistry.client(
                Map.of("schema.registry.url", front.url(), "schema.registry.timeout.ms", "2000"))) {
      for (int i = 0; i < 100; i++) {
        front.reply(500, "{\"error_code\":50003,\"message\":\"leader is away\"}");
      }
      RegistryUnavailableException e =
          assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("schema id 1"), message);
      assertTrue(
          message.contains(front.url() + "/schemas/ids/1 answers 500 50003 leader"), message);
    }
  }

  @Test
  @Tag("long")
  void aRegistryThatIsAwayIsUnavailableUntilItIsBack() {
    String subject = SharedRegistry.topic();
    LocalRegistry registry = SharedRegistry.start("away", 0);
    int id;
    try (registry;
        RegistryClient client = SharedRegistry.client(registry.url())) {
      id = client.register(subject, ONE);
    }
    try (RegistryClient client =
        SharedRegistry.client(
            Map.of("schema.registry.url", registry.url(), "schema.registry.timeout.ms", "500"))) {
      RegistryUnavailableException e =
          assertThrows(RegistryUnavailableException.class, () -> client.byId(id));
      assertTrue(String.valueOf(e.getMessage()).contains(registry.url()), e.getMessage());
      try (LocalRegistry again =
          SharedRegistry.start("away", URI.create(registry.url()).getPort())) {
        assertEquals(registry.url(), again.url());
        await("the client that was let down")
            .ignoreException(RegistryUnavailableException.class)
            .untilAsserted(() -> assertEquals(ONE, client.byId(id)));
      }
    }
  }

  @Test
  void anAddressThatIsSilentLeavesTimeForTheNext() throws Exception {
    int closed;
    try (ServerSocket socket = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      closed = socket.getLocalPort();
    }
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      String urls =
          "http://127.0.0.1:%d/, http://127.0.0.1:%d, %s/"
              .formatted(silent.getLocalPort(), closed, SharedRegistry.url());
      try (RegistryClient client = SharedRegistry.client(urls)) {
        assertTrue(client.register(SharedRegistry.topic(), ONE) > 0);
      }
    }
  }

  @Test
  void anAnswerOfSomethingElseIsNotMistakenForAnUnknownSchema() {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client =
            SharedRegistry.client(
                Map.of("schema.registry.url", front.url(), "schema.registry.timeout.ms", "2000"))) {
      front.reply(404, "<html>Not here</html>");
      assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      front.reply(404, "{\"status\":404}");
      assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      front.reply(302, "");
      assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      front.reply(200, "{}");
      assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      front.reply(200, "{}");
      assertThrows(
          RegistryUnavailableException.class, () -> client.register(SharedRegistry.topic(), ONE));
      assertEquals(5, front.requests());
    }
  }

  @Test
  void aSchemaBeyondAnyReasonableSizeIsRejectedInsteadOfAskedForAgain() {
    Schema large = SchemaBuilder.record("Large").doc("x".repeat(1 << 20)).fields().endRecord();
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      int id = client.register(SharedRegistry.topic(), large);
      SchemaRejectedException e =
          assertThrows(SchemaRejectedException.class, () -> client.byId(id));
      assertTrue(String.valueOf(e.getMessage()).contains("schema id " + id), e.getMessage());
      assertThrows(SchemaRejectedException.class, () -> client.byId(id));
      assertEquals(2, front.requests());
    }
  }

  @Test
  void aReaderThatIsInterruptedKnowsNothingAgainstTheSchema() {
    try (RegistryClient client = SharedRegistry.client(SharedRegistry.url())) {
      Thread.currentThread().interrupt();
      assertThrows(RegistryUnavailableException.class, () -> client.byId(1));
      assertTrue(Thread.interrupted(), "it stays interrupted");
    }
  }

  @Test
  void whatOnlyJavaWouldNotTakeIsTaken() {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      front.reply(
          200,
          """
          {"schema":"{\\"type\\":\\"record\\",\\"name\\":\\"a-b\\",\\"fields\\":\
          [{\\"name\\":\\"n\\",\\"type\\":\\"int\\",\\"default\\":\\"none\\"}]}"}
          """);
      assertEquals("a-b", client.byId(1).getFullName());
    }
  }

  @Test
  void aSchemaOfMoreLevelsThanCanBeParsedIsRejected() {
    StringBuilder chain = new StringBuilder("[");
    for (int i = 3000; i > 0; i--) {
      chain.append(
          "{'type':'record','name':'A%d','fields':[{'name':'n','type':['null','A%d']}]},"
              .formatted(i, i - 1));
    }
    chain.append("{'type':'record','name':'A0','fields':[]}]");
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      front.reply(200, "{\"schema\":\"" + chain.toString().replace("'", "\\\"") + "\"}");
      SchemaRejectedException e = assertThrows(SchemaRejectedException.class, () -> client.byId(1));
      assertEquals("schema id 1 is nested too deeply", e.getMessage());
    }
  }

  @Test
  void ofALongStoryTheBeginningIsShown() {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      front.reply(422, "{\"error_code\":42201,\"message\":\"no" + "!".repeat(100_000) + "\"}");
      SchemaRejectedException e =
          assertThrows(
              SchemaRejectedException.class, () -> client.register(SharedRegistry.topic(), ONE));
      String message = String.valueOf(e.getMessage());
      assertTrue(message.contains("42201 no!") && message.length() < 1000, message);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schema\":\"{{{\"}",
        "{\"schemaType\":\"JSON\",\"schema\":\"{}\"}",
        "{\"schema\":\"{\\\"type\\\":\\\"fixed\\\",\\\"name\\\":\\\"f\\\",\\\"size\\\":2147483647}\"}"
      })
  void aSchemaThatIsNotAvroIsRejected(String answer) {
    try (RegistryFront front = new RegistryFront();
        RegistryClient client = SharedRegistry.client(front.url())) {
      front.reply(200, answer);
      assertThrows(SchemaRejectedException.class, () -> client.byId(1));
    }
  }
}
