package dev.paddock.worker.app;

import static org.awaitility.Awaitility.await;

import dev.paddock.local.LocalBroker;
import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/**
 * A broker that speaks TLS only, lets in who has a password (SCRAM-SHA-512, the administrator by
 * PLAIN), and lets them do what was granted to them.
 */
public final class SecuredBroker implements AutoCloseable {

  /** The password of every user. */
  public static final String PASSWORD = "us3r-s3cret";

  private static final String ADMINISTRATOR_PASSWORD = "adm1n-s3cret";
  private static final String PLAIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"admin\" password=\"%s\""
          .formatted(ADMINISTRATOR_PASSWORD);

  private final LocalBroker broker;
  private final Certificates certificates;
  private final Admin admin;

  private SecuredBroker(LocalBroker broker, Certificates certificates) {
    this.broker = broker;
    this.certificates = certificates;
    this.admin = Admin.create(Configuration.of(administrator()).kafka().admin());
  }

  /** Starts it with everything in this folder. */
  static SecuredBroker start(Path folder) throws IOException {
    Certificates certificates = Certificates.make(folder);
    Map<String, String> properties = new HashMap<>(SharedServices.QUICK_GROUPS);
    properties.put("listener.security.protocol.map", "CLIENTS:SASL_SSL,CONTROLLER:PLAINTEXT");
    properties.put("sasl.enabled.mechanisms", "SCRAM-SHA-512,PLAIN");
    properties.put("sasl.mechanism.inter.broker.protocol", "PLAIN");
    properties.put(
        "listener.name.clients.plain.sasl.jaas.config",
        PLAIN + " user_admin=\"" + ADMINISTRATOR_PASSWORD + "\";");
    properties.put(
        "listener.name.clients.scram-sha-512.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required;");
    properties.put("ssl.keystore.location", certificates.keystore().toString());
    properties.put("ssl.keystore.password", Certificates.PASSWORD);
    properties.put("ssl.keystore.type", "PKCS12");
    properties.put("ssl.truststore.location", certificates.truststore().toString());
    properties.put("ssl.truststore.password", Certificates.PASSWORD);
    properties.put("ssl.truststore.type", "PKCS12");
    properties.put(
        "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    // The controller's own listener, which is a part of the same process, knows no users.
    properties.put("super.users", "User:admin;User:ANONYMOUS");
    LocalBroker broker =
        LocalBroker.start(SharedServices.HOME, folder.resolve("data"), 0, properties);
    return new SecuredBroker(broker, certificates);
  }

  /** What the configuration of somebody who may do everything says. */
  public Map<String, String> administrator() {
    Map<String, String> settings = tls();
    settings.put("kafka.sasl.mechanism", "PLAIN");
    settings.put("kafka.sasl.jaas.config", PLAIN + ";");
    return settings;
  }

  /** What the configuration of a user says, with this password. */
  public Map<String, String> user(String name, String password) {
    Map<String, String> settings = tls();
    settings.put("kafka.sasl.mechanism", "SCRAM-SHA-512");
    settings.put(
        "kafka.sasl.jaas.config",
        "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
            .formatted(name, password));
    return settings;
  }

  /** A truststore that does not vouch for the broker. */
  public Path otherTruststore() {
    return certificates.otherTruststore();
  }

  /** Makes a user who may do nothing yet, and gives what that user's configuration says. */
  public Map<String, String> newUser(String name) throws ExecutionException, InterruptedException {
    admin
        .alterUserScramCredentials(
            List.of(
                new UserScramCredentialUpsertion(
                    name, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096), PASSWORD)))
        .all()
        .get();
    Map<String, String> settings = user(name, PASSWORD);
    await("the broker to know " + name).atMost(Scene.PATIENCE).until(() -> letsIn(settings));
    return settings;
  }

  /**
   * Lets a user do this to a topic or a group, or to transactional ids that begin so, from now on.
   */
  public void grant(String user, AclOperation operation, ResourceType type, String name)
      throws ExecutionException, InterruptedException {
    AclBinding binding = binding(user, operation, type, name);
    admin.createAcls(List.of(binding)).all().get();
    await(binding + " to hold").atMost(Scene.PATIENCE).until(() -> holds(binding));
  }

  /** Takes that right away. */
  public void revoke(String user, AclOperation operation, ResourceType type, String name)
      throws ExecutionException, InterruptedException {
    AclBinding binding = binding(user, operation, type, name);
    admin.deleteAcls(List.of(binding.toFilter())).all().get();
    await(binding + " to be gone").atMost(Scene.PATIENCE).until(() -> !holds(binding));
  }

  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void close() {
    admin.close();
    broker.close();
  }

  private Map<String, String> tls() {
    Map<String, String> settings = new HashMap<>();
    settings.put("kafka.bootstrap.servers", broker.bootstrapServers());
    settings.put("kafka.security.protocol", "SASL_SSL");
    settings.put("kafka.ssl.truststore.location", certificates.truststore().toString());
    settings.put("kafka.ssl.truststore.password", Certificates.PASSWORD);
    settings.put("kafka.ssl.truststore.type", "PKCS12");
    return settings;
  }

  private boolean holds(AclBinding binding) throws ExecutionException, InterruptedException {
    return !admin.describeAcls(binding.toFilter()).values().get().isEmpty();
  }

  private static boolean letsIn(Map<String, String> settings)
      throws ExecutionException, InterruptedException {
    try (Admin user = Admin.create(Configuration.of(settings).kafka().admin())) {
      user.describeCluster().clusterId().get();
      return true;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof SaslAuthenticationException) {
        return false;
      }
      throw e;
    }
  }

  private static AclBinding binding(
      String user, AclOperation operation, ResourceType type, String name) {
    PatternType pattern =
        type == ResourceType.TRANSACTIONAL_ID ? PatternType.PREFIXED : PatternType.LITERAL;
    return new AclBinding(
        new ResourcePattern(type, name, pattern),
        new AccessControlEntry("User:" + user, "*", operation, AclPermissionType.ALLOW));
  }
}
