package dev.paddock.sandbox.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxJvmTest {

  @TempDir private Path folder;

  @Test
  void theStartCacheIsUsedExactlyWhereThereIsOne() throws Exception {
    Files.createFile(folder.resolve("paddock-sandbox.jar"));
    SandboxJvm jvm = SandboxJvm.in(folder);
    assertEquals(List.of(), cacheOptions(jvm));
    Files.createFile(folder.resolve("start-of-another-version.aot"));
    assertEquals(List.of(), cacheOptions(jvm));
    Files.createFile(jvm.cache());
    assertEquals(List.of("-XX:AOTCache=" + jvm.cache()), cacheOptions(jvm));
  }

  @Test
  void withoutItsJarItSaysWhatToDo() {
    IllegalStateException refused =
        assertThrows(IllegalStateException.class, () -> SandboxJvm.in(folder));
    assertTrue(String.valueOf(refused.getMessage()).contains("mvn package"), refused.getMessage());
  }

  private static List<String> cacheOptions(SandboxJvm jvm) {
    return jvm.command(16 << 20).stream().filter(option -> option.contains("AOT")).toList();
  }
}
