package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class SandboxCommandTest {

  @TempDir private Path folder;

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void whatAJdkLinksToOutsideItsFolderIsReadableAndNothingElseBesideIt() throws Exception {
    Path home = folder.resolve("jdk");
    Files.createDirectories(home.resolve("conf/security"));
    Path own = Files.writeString(home.resolve("release"), "");
    Path etc = Files.createDirectories(folder.resolve("etc"));
    Path file = Files.writeString(etc.resolve("java.security"), "");
    Path library = Files.createDirectories(folder.resolve("share"));
    Files.writeString(etc.resolve("passwd"), "");
    Files.createSymbolicLink(home.resolve("conf/security/java.security"), file);
    Files.createSymbolicLink(home.resolve("conf/security/again"), file);
    Files.createSymbolicLink(home.resolve("man"), library);
    Files.createSymbolicLink(home.resolve("conf/inside"), own);
    Files.createSymbolicLink(home.resolve("conf/absent"), etc.resolve("absent"));
    assertEquals(
        List.of(file.toRealPath(), library.toRealPath()),
        SandboxCommand.linkedFrom(home).stream().sorted().toList());
  }
}
