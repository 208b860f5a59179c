package dev.paddock.worker.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class PaddockTest {

  @Test
  void aCommandIsTheSameWhereNoOtherIsMade() {
    CommandLine all = Paddock.commandLine();
    assertTrue(all.getSubcommands().containsKey("worker"));
    all.getSubcommands()
        .forEach(
            (name, command) -> {
              Map<String, CommandLine> alone = Paddock.commandLine(name, "--help").getSubcommands();
              assertEquals(Set.of(name), alone.keySet());
              alone
                  .values()
                  .forEach(one -> assertEquals(command.getUsageMessage(), one.getUsageMessage()));
            });
  }

  @Test
  void whatNamesNoCommandFirstFindsEveryCommand() {
    int all = Paddock.commandLine().getSubcommands().size();
    assertEquals(all, Paddock.commandLine("--verbose", "run").getSubcommands().size());
    assertEquals(all, Paddock.commandLine("wroker").getSubcommands().size());
  }
}
