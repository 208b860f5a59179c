package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.Confinement;
import dev.paddock.worker.config.PoolConfig;
import java.io.BufferedReader;
import java.lang.foreign.Arena;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What Java code in a confined sandbox process can do to the world: nothing. */
@EnabledOnOs(
    value = OS.LINUX,
    architectures = {"amd64", "aarch64"})
class ConfinementTest {

  /** Where Yama is on, the kernel denies these to any process of the same user. */
  private static final List<String> DENIED_BY_YAMA =
      List.of("trace another process", "copy the parent's memory", "open the parent's memory");

  /** Above 0 where it is on. */
  private static final Path YAMA = Path.of("/proc/sys/kernel/yama/ptrace_scope");

  /** The filter answers to system calls with EPERM, and with EACCES to what opens files. */
  private static final Pattern DENIED_CALL = Pattern.compile(".*errno (1|13)");

  /** ENOSYS, so that libc falls back to the older call, whose flags the filter can see. */
  private static final String UNKNOWN_CALL = "errno 38";

  private static final Map<String, Predicate<String>> HOW_DENIED =
      Map.ofEntries(
          Map.entry("fork", DENIED_CALL.asMatchPredicate()),
          Map.entry("clone a process", DENIED_CALL.asMatchPredicate()),
          Map.entry("clone a process the newer way", how -> how.endsWith(UNKNOWN_CALL)),
          Map.entry("signal the parent", DENIED_CALL.asMatchPredicate()),
          Map.entry("signal another process", DENIED_CALL.asMatchPredicate()),
          Map.entry("trace another process", DENIED_CALL.asMatchPredicate()),
          Map.entry("copy the parent's memory", DENIED_CALL.asMatchPredicate()),
          Map.entry("make a file in memory", DENIED_CALL.asMatchPredicate()),
          Map.entry("become traceable again", DENIED_CALL.asMatchPredicate()),
          Map.entry("open the parent's memory", how -> how.contains("Permission denied")),
          Map.entry("read the parent's environment", how -> how.contains("Permission denied")),
          Map.entry("read a file", how -> how.contains("AccessDeniedException")));

  @TempDir private Path folder;

  @Test
  void everyAttackThatWorksUnconfinedIsDeniedConfined() throws Exception {
    Map<String, String> unconfined = attack(false);
    Map<String, String> confined = attack(true);
    assertEquals(unconfined.keySet(), confined.keySet());
    assertTrue(confined.size() > 20, confined.toString());
    boolean yama = Files.exists(YAMA) && !Files.readString(YAMA).strip().equals("0");
    unconfined.forEach(
        (attack, outcome) -> {
          if (!yama || !DENIED_BY_YAMA.contains(attack)) {
            assertEquals(Intruder.DONE, outcome, attack);
          }
        });
    confined.forEach(
        (attack, outcome) -> {
          assertNotEquals(Intruder.DONE, outcome, attack);
          assertTrue(
              HOW_DENIED.getOrDefault(attack, _ -> true).test(outcome), attack + ": " + outcome);
        });
  }

  @Test
  void aChildIsKilledWhenTheThreadThatStartedItEnds() throws Exception {
    SandboxCommand command =
        SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 1 << 20);
    Process process;
    try (Spawner spawner = new Spawner(command.readable())) {
      process = spawner.start(command.with("confined"), folder);
      // Ready: it has asked the kernel for it. Its input stays open.
      assertNotEquals(-1, process.getInputStream().read());
      assertTrue(process.isAlive());
    }
    assertTrue(process.waitFor(10, TimeUnit.SECONDS));
    assertEquals(128 + 9, process.exitValue());
  }

  @Test
  void aConfinedSandboxDiesOfBeingKilledAndNotOnlyOfTheEndOfItsTasks() throws Exception {
    SandboxCommand command =
        SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 1 << 20);
    PoolConfig config = Configuration.of(Map.of("sandbox.confinement", "required")).pool();
    try (ProcessStarter starter = new ProcessStarter(command, config.sandbox())) {
      SandboxHost host = starter.start();
      SandboxProcess sandbox = new SandboxProcess(host);
      sandbox.awaitReady(Confinement.REQUIRED);
      sandbox.kill();
      assertEquals("killed by signal 9, SIGKILL", host.ending());
    }
  }

  @Test
  void theThreadsOfTheWorkerStayFree() throws Exception {
    SandboxCommand command =
        SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 1 << 20);
    try (Spawner spawner = new Spawner(command.readable())) {
      Process process = spawner.start(command.with("confined"), folder);
      process.destroyForcibly();
      process.waitFor();
      Path file = Files.writeString(folder.resolve("ours"), "text");
      assertEquals("text", Files.readString(file));
      Thread.ofVirtual().start(() -> assertTrue(Files.isReadable(file))).join();
      assertFalse(Files.readString(file).isEmpty());
    }
  }

  private Map<String, String> attack(boolean confined) throws Exception {
    Path java = Path.of(System.getProperty("java.home"));
    Files.writeString(folder.resolve("secret"), "the secret");
    List<Path> readable = TestClassPath.readable();
    try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Spawner spawner = new Spawner(confined ? readable : null);
        Arena memory = Arena.ofShared()) {
      List<String> arguments = new ArrayList<>();
      arguments.add(java.resolve("bin/java").toString());
      arguments.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"));
      arguments.addAll(List.of("-XX:-UsePerfData", "--enable-native-access=ALL-UNNAMED", "-cp"));
      arguments.add(System.getProperty("java.class.path"));
      arguments.add(Intruder.class.getName());
      arguments.add(folder.toString());
      arguments.add(Integer.toString(server.getLocalPort()));
      arguments.add(InetAddress.getLocalHost().getHostName());
      arguments.add(Long.toString(ProcessHandle.current().pid()));
      arguments.add(Long.toString(memory.allocate(8).address()));
      List<Process> victims = new ArrayList<>();
      try {
        for (int i = 0; i < 2; i++) {
          victims.add(new ProcessBuilder("/bin/sleep", "60").start());
          arguments.add(Long.toString(victims.getLast().pid()));
        }
        SandboxCommand command = new SandboxCommand(arguments, List.of(), readable);
        return outcomes(spawner.start(confined ? command.with("confined") : command, folder));
      } finally {
        victims.forEach(Process::destroyForcibly);
      }
    }
  }

  private static Map<String, String> outcomes(Process process) throws Exception {
    Map<String, String> outcomes = new LinkedHashMap<>();
    try (BufferedReader lines = process.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int colon = line.indexOf(": ");
        outcomes.put(line.substring(0, colon), line.substring(colon + 2));
      }
    }
    assertTrue(process.waitFor(30, TimeUnit.SECONDS));
    String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
    assertFalse(outcomes.isEmpty(), errors);
    return outcomes;
  }
}
