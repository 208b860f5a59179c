package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.sandbox.wire.Protection;
import dev.paddock.worker.cli.Cli.Ended;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DoctorCommandTest {

  @TempDir private Path folder;
  private Cli cli;

  @BeforeEach
  void inAFolderOfItsOwn() {
    cli = new Cli(folder);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void everyProtectionIsShownWithItsState() throws Exception {
    Ended ended = cli.run("doctor");
    assertEquals(0, ended.exitCode(), ended.out() + ended.err());
    for (Protection.Kind kind : Protection.Kind.values()) {
      assertTrue(
          ended.out().lines().anyMatch(line -> line.strip().startsWith(kind.label())),
          kind + " in " + ended.out());
    }
    assertTrue(ended.out().contains("Everything essential is in force."), ended.out());
  }

  @Test
  void confinementThatIsSwitchedOffIsSaidToBe() throws Exception {
    Ended ended = cli.run("doctor", "--set", "sandbox.confinement=off");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().contains("Nothing is confined"), ended.out());
  }

  @Test
  void scriptsOnThreadsOfTheWorkerAreSaidToBeUnconfined() throws Exception {
    Ended ended = cli.run("doctor", "--set", "pool.isolation=context");
    assertEquals(0, ended.exitCode(), ended.err());
    assertTrue(ended.out().contains("because pool.isolation is context"), ended.out());
    assertFalse(ended.out().contains("in force"), ended.out());
  }

  @Test
  void anUnknownConfinementNamesTheAllowedOnes() throws Exception {
    Ended ended = cli.run("doctor", "--set", "sandbox.confinement=maybe");
    assertEquals(2, ended.exitCode(), ended.err());
    assertTrue(
        ended.err().contains("sandbox.confinement is 'maybe'")
            && ended.err().contains("required or preferred or off"),
        ended.err());
  }
}
