package dev.paddock.worker.app;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.paddock.local.LocalRegistry;
import dev.paddock.local.LocalServices;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(SharedServices.class)
class RegistryOutageTest {

  @Test
  void whatArrivesWhileTheRegistryIsAwayIsRunWhenItIsBack(
      LocalServices services, @TempDir Path data) throws Exception {
    LocalRegistry before = LocalRegistry.start(SharedServices.HOME, data, 0);
    int port = URI.create(before.url()).getPort();
    try (Scene scene = new Scene(services.broker().bootstrapServers(), before.url(), Map.of())) {
      List<byte[]> requests = new ArrayList<>();
      for (int n = 0; n < 20; n++) {
        requests.add(scene.bytes(Scene.request("e" + n, "1").build()));
      }
      scene.worker("w1");
      before.close();

      // The worker has read no request yet, so it does not know their schema.
      for (byte[] bytes : requests) {
        var _ = scene.send(null, null, bytes);
      }
      await("nothing is made of requests that nobody can read")
          .during(Duration.ofSeconds(1))
          .atMost(Scene.PATIENCE)
          .until(() -> scene.results(0).isEmpty() && scene.violations(_ -> true, 0).isEmpty());
      assertEquals(0, scene.committed());

      try (LocalRegistry _ = LocalRegistry.start(SharedServices.HOME, data, port)) {
        assertEquals(
            20,
            scene.results(20).stream()
                .map(entry -> entry.value().getExecutionId())
                .collect(Collectors.toSet())
                .size());
        assertEquals(List.of(), scene.violations(_ -> true, 0));
        await("all are committed").atMost(Scene.PATIENCE).until(() -> scene.committed() == 20);
      }
    } finally {
      before.close();
    }
  }
}
