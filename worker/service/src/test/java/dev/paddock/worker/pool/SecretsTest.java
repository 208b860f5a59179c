package dev.paddock.worker.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.paddock.worker.config.Configuration;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the worker knows is not in its sandboxes' memory. */
@EnabledOnOs(OS.LINUX)
class SecretsTest {

  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  /** Larger areas are reserved, not used. */
  private static final long MAX_AREA_BYTES = 256L << 20;

  private static final int PIECE_BYTES = 1 << 20;

  @TempDir private Path folder;

  @Test
  void neitherEnvironmentNorCredentialsCanBeFoundInASandbox() throws Exception {
    String password = UUID.randomUUID().toString();
    String seen = UUID.randomUUID().toString();
    Configuration configuration =
        Configuration.of(
            Map.of(
                "pool.size", "1",
                "pool.spares", "0",
                // Memory is the same, and the kernel lets a parent look into it.
                "sandbox.confinement", "off",
                "kafka.sasl.jaas.config",
                    "org.example.Login required password=\"" + password + "\";",
                "registry.username", "user",
                "registry.password", password));
    SandboxCommand command =
        SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 16 << 20);
    Path ours = Files.writeString(folder.toRealPath().resolve("ours"), password);
    try (RandomAccessFile held = new RandomAccessFile(ours.toFile(), "rw");
        SandboxPool pool = new SandboxPool(command, configuration.pool())) {
      pool.awaitReady(TIMEOUT);
      pool.run(Tasks.script("globalThis.kept = '" + seen + "'; 1"));
      long pid = pool.processIds()[0];
      assertEquals("", Files.readString(Path.of("/proc", "" + pid, "environ")));
      assertTrue(openFiles(ProcessHandle.current().pid()).contains(ours), "the list is whole");
      assertFalse(openFiles(pid).contains(ours), "a file that the worker has open");
      assertTrue(held.getChannel().isOpen());
      assertTrue(memoryHas(pid, seen), "the search finds what is there");
      assertFalse(memoryHas(pid, password), "a password");
      assertFalse(memoryHas(pid, System.getenv("SECRET_OF_THE_TESTS")), "the environment");
      assertFalse(configuration.toString().contains(password));
    }
  }

  private static List<Path> openFiles(long pid) throws IOException {
    List<Path> files = new ArrayList<>();
    try (DirectoryStream<Path> links = Files.newDirectoryStream(Path.of("/proc", "" + pid, "fd"))) {
      for (Path link : links) {
        try {
          files.add(Files.readSymbolicLink(link));
        } catch (NoSuchFileException e) {
          // closed meanwhile
        }
      }
    }
    return files;
  }

  private static boolean memoryHas(long pid, String text) throws IOException {
    byte[] latin = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] wide = text.getBytes(StandardCharsets.UTF_16LE);
    List<String> areas = Files.readAllLines(Path.of("/proc", "" + pid, "maps"));
    try (RandomAccessFile memory = new RandomAccessFile("/proc/" + pid + "/mem", "r")) {
      for (String area : areas) {
        String[] fields = area.split("[ -]", 4);
        long from = Long.parseUnsignedLong(fields[0], 16);
        long to = Long.parseUnsignedLong(fields[1], 16);
        boolean written = fields[2].startsWith("rw");
        if (written && to - from <= MAX_AREA_BYTES && areaHas(memory, from, to, latin, wide)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean areaHas(
      RandomAccessFile memory, long from, long to, byte[] latin, byte[] wide) throws IOException {
    byte[] piece = new byte[PIECE_BYTES];
    // The pieces overlap, so that a text across their border is found.
    for (long at = from; at < to; at += PIECE_BYTES - wide.length) {
      memory.seek(at);
      int count = memory.read(piece, 0, (int) Math.min(PIECE_BYTES, to - at));
      if (count > 0 && (contains(piece, count, latin) || contains(piece, count, wide))) {
        return true;
      }
    }
    return false;
  }

  private static boolean contains(byte[] piece, int count, byte[] wanted) {
    for (int i = 0; i + wanted.length <= count; i++) {
      int matched = 0;
      while (matched < wanted.length && piece[i + matched] == wanted[matched]) {
        matched++;
      }
      if (matched == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
