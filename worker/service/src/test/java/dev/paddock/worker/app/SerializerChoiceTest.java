package dev.paddock.worker.app;

import static dev.paddock.worker.app.Checks.numbers;
import static dev.paddock.worker.app.Checks.outputs;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.local.LocalServices;
import dev.paddock.schemas.ExecutionRequest;
import dev.paddock.schemas.ExecutionResult;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A worker that is told to use serializers of the user's. */
@ExtendWith(SharedServices.class)
class SerializerChoiceTest {

  private final LocalServices services;

  SerializerChoiceTest(LocalServices services) {
    this.services = services;
  }

  @Test
  void classesOfTheUsersAreUsedAndToldTheRegistryInConfluentsNames() throws Exception {
    String url = services.registry().url();
    try (Scene scene =
        new Scene(services.broker().bootstrapServers(), url, Map.of("pool.size", "1"))) {
      Worker worker =
          scene.worker(
              "w1",
              Map.of(
                  "serialization.serializer",
                  CountingSerdes.Out.class.getName(),
                  "serialization.deserializer",
                  CountingSerdes.In.class.getName(),
                  // This registry lets anybody in, whoever they say they are.
                  "registry.username",
                  "ann",
                  "registry.password",
                  "secret"));
      ExecutionRequest request = Scene.request("n0", "0").build();
      scene.send(request);
      assertEquals(numbers("n", 0, 1), outputs(scene.results(1)));
      worker.close();
    }

    Map<String, Object> told =
        Map.of(
            "schema.registry.url",
            url,
            "specific.avro.reader",
            true,
            "basic.auth.credentials.source",
            "USER_INFO",
            "basic.auth.user.info",
            "ann:secret");
    assertEquals(List.of(told), List.copyOf(CountingSerdes.Out.CONFIGURED));
    // One for requests, one for the catalog.
    assertEquals(List.of(told, told), List.copyOf(CountingSerdes.In.CONFIGURED));
    assertEquals(
        List.of("n0"),
        CountingSerdes.In.READ.stream()
            .map(read -> ((ExecutionRequest) read).getExecutionId())
            .toList());
    assertTrue(
        CountingSerdes.Out.WRITTEN.stream()
            .anyMatch(
                written ->
                    written instanceof ExecutionResult result
                        && result.getExecutionId().equals("n0")));
    assertEquals(2, CountingSerdes.In.CLOSED.size());
    assertEquals(1, CountingSerdes.Out.CLOSED.size());
  }
}
