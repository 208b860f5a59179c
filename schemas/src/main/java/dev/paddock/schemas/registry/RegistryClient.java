package dev.paddock.schemas.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;

/**
 * Registers and looks up Avro schemas. What an id means never changes, so ids are cached; every
 * call that is not answered from the cache is bounded by the settings' timeout. For any thread.
 *
 * <p>All methods throw {@link RegistryUnavailableException} where a later call may succeed, {@link
 * RegistryRefusedException} where the user may not, and as each says.
 */
public final class RegistryClient implements AutoCloseable {

  /** A cache that is full starts anew: schemas are few, unless somebody makes them up. */
  private static final int MAX_CACHED = 1000;

  /** How long a useless id is not asked for again, lest a flood of them stops a reader. */
  private static final Duration USELESS_FOR = Duration.ofSeconds(5);

  private record SubjectSchema(String subject, Schema schema) {}

  private record Useless(SerializationException cause, Instant until) {}

  private final RestCall rest;
  private final Clock clock;
  private final Map<Integer, Schema> schemas = new ConcurrentHashMap<>();
  private final Map<SubjectSchema, Integer> ids = new ConcurrentHashMap<>();
  private final Map<Integer, Useless> useless = new ConcurrentHashMap<>();

  /** A client that opens no connection before its first call. */
  public RegistryClient(RegistrySettings settings, Clock clock) {
    this.rest = new RestCall(settings);
    this.clock = clock;
  }

  /**
   * Registers a schema under a subject, or finds it there.
   *
   * @return the schema's id
   * @throws SchemaRejectedException where it is not compatible with the subject's earlier ones
   */
  public int register(String subject, Schema schema) {
    return idOf(subject, schema, "/subjects/" + encoded(subject) + "/versions");
  }

  /**
   * Finds a schema under a subject without registering it.
   *
   * @return the schema's id
   * @throws SchemaNotFoundException where the subject does not have it
   */
  public int lookUp(String subject, Schema schema) {
    return idOf(subject, schema, "/subjects/" + encoded(subject));
  }

  /**
   * The schema that an id stands for.
   *
   * @throws SchemaNotFoundException where there is none
   * @throws SchemaRejectedException where it is no Avro schema, or too large
   */
  public Schema byId(int id) {
    Schema known = schemas.get(id);
    if (known != null) {
      return known;
    }
    Useless before = useless.get(id);
    if (before != null && clock.instant().isBefore(before.until())) {
      throw before.cause();
    }
    String about = "schema id " + id;
    try {
      Schema schema = parse(rest.get("/schemas/ids/" + id, about), about);
      put(schemas, id, schema);
      return schema;
    } catch (SchemaNotFoundException | SchemaRejectedException e) {
      put(useless, id, new Useless(e, clock.instant().plus(USELESS_FOR)));
      throw e;
    }
  }

  /**
   * A version of a subject.
   *
   * @throws SchemaNotFoundException where there is no such subject or version
   */
  public RegisteredSchema version(String subject, int version) {
    return version(subject, Integer.toString(version));
  }

  /**
   * The latest version of a subject.
   *
   * @throws SchemaNotFoundException where there is no such subject
   */
  public RegisteredSchema latest(String subject) {
    return version(subject, "latest");
  }

  /**
   * Whether a schema could be registered as the next version of a subject.
   *
   * @throws SchemaNotFoundException where there is no such subject, and the registry minds
   */
  public boolean isCompatible(String subject, Schema schema) {
    String path = "/compatibility/subjects/" + encoded(subject) + "/versions/latest";
    return rest.post(path, body(schema), "subject " + subject).path("is_compatible").asBoolean();
  }

  /**
   * How new versions of a subject have to go with earlier ones, such as {@code BACKWARD} or {@code
   * NONE}: its own setting or, where it has none, that of the registry.
   */
  public String compatibility(String subject) {
    try {
      return level(rest.get("/config/" + encoded(subject), "compatibility of subject " + subject));
    } catch (SchemaNotFoundException e) {
      return level(rest.get("/config", "compatibility"));
    }
  }

  @Override
  public void close() {
    rest.close();
  }

  private int idOf(String subject, Schema schema, String path) {
    SubjectSchema key = new SubjectSchema(subject, schema);
    Integer known = ids.get(key);
    if (known != null) {
      return known;
    }
    JsonNode id = rest.post(path, body(schema), "subject " + subject).path("id");
    if (!id.isInt()) {
      throw new RegistryUnavailableException(
          "What answers for subject " + subject + " gives no id; check schema.registry.url");
    }
    put(ids, key, id.intValue());
    return id.intValue();
  }

  private RegisteredSchema version(String subject, String version) {
    String about = "version " + version + " of subject " + subject;
    JsonNode json = rest.get("/subjects/" + encoded(subject) + "/versions/" + version, about);
    return new RegisteredSchema(
        subject, json.path("version").asInt(), json.path("id").asInt(), parse(json, about));
  }

  private static Schema parse(JsonNode json, String about) {
    String type = json.path("schemaType").asText("AVRO");
    JsonNode text = json.path("schema");
    if (!text.isTextual()) {
      throw new RegistryUnavailableException(
          "What answers for " + about + " gives no schema; check schema.registry.url");
    }
    try {
      if (type.equals("AVRO")) {
        // Other languages' libraries register names and defaults that Java's would not.
        return new Schema.Parser(NameValidator.NO_VALIDATION)
            .setValidateDefaults(false)
            .parse(text.asText());
      }
    } catch (AvroRuntimeException | UnsupportedOperationException | IllegalArgumentException e) {
      throw new SchemaRejectedException(about + " is not an Avro schema: " + e.getMessage());
    } catch (StackOverflowError e) {
      throw new SchemaRejectedException(about + " is nested too deeply");
    }
    throw new SchemaRejectedException(about + " is a schema of type " + type + "; not Avro");
  }

  private static String level(JsonNode json) {
    JsonNode level = json.path("compatibilityLevel");
    if (!level.isTextual()) {
      throw new RegistryUnavailableException(
          "What answers for compatibility gives none; check schema.registry.url");
    }
    return level.asText();
  }

  private static ObjectNode body(Schema schema) {
    return JsonNodeFactory.instance.objectNode().put("schema", schema.toString());
  }

  private static String encoded(String subject) {
    return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
  }

  private static <K, V> void put(Map<K, V> cache, K key, V value) {
    if (cache.size() >= MAX_CACHED) {
      cache.clear();
    }
    cache.put(key, value);
  }
}
