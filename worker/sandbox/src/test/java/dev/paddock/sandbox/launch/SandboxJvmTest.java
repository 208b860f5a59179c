package dev.paddock.sandbox.launch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
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
    Path cache = Files.createFile(jvm.startCache().file());
    assertEquals(List.of("-XX:AOTCache=" + cache), cacheOptions(jvm));
  }

  /** The JVM itself would go on with the classes that it has kept. */
  @Test
  void theStartCacheIsNoneForOtherJars() throws Exception {
    Path jar = Files.createFile(folder.resolve("paddock-sandbox-1.jar"));
    SandboxJvm jvm = SandboxJvm.in(folder);
    Files.createFile(jvm.startCache().file());
    FileTime made = Files.getLastModifiedTime(jar);

    Files.writeString(jar, "changed");
    Files.setLastModifiedTime(jar, made);
    assertEquals(List.of(), cacheOptions(jvm));
    Files.writeString(jar, "");
    Files.setLastModifiedTime(jar, FileTime.from(made.toInstant().minusSeconds(1)));
    assertEquals(List.of(), cacheOptions(jvm));
    Files.setLastModifiedTime(jar, made);
    assertEquals(1, cacheOptions(jvm).size());

    Files.move(jar, folder.resolve("paddock-sandbox-2.jar"));
    assertEquals(List.of(), cacheOptions(jvm));
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
