package dev.paddock.distribution;

import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** The archive that the build has made, in memory. */
final class Archive {

  static final Path FILE = Path.of(System.getProperty("paddock.archive"));

  /** What the archive's name says, and the one folder in it. */
  static final String NAME = FILE.getFileName().toString().replace(".tar.gz", "");

  private final Map<String, TarArchiveEntry> entries = new LinkedHashMap<>();
  private final Map<String, byte[]> contents = new HashMap<>();

  Archive() {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new GZIPInputStream(new BufferedInputStream(Files.newInputStream(FILE))))) {
      for (TarArchiveEntry header = tar.getNextEntry();
          header != null;
          header = tar.getNextEntry()) {
        entries.put(header.getName(), header);
        contents.put(header.getName(), tar.readAllBytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(FILE + " cannot be read", e);
    }
  }

  /** Everything by its full name; folders end with a slash. */
  Map<String, TarArchiveEntry> entries() {
    return entries;
  }

  /** A file's content. */
  byte[] bytes(String path) {
    return Objects.requireNonNull(contents.get(NAME + "/" + path), path);
  }

  /** A file's content as text. */
  String text(String path) {
    return new String(bytes(path), StandardCharsets.UTF_8);
  }

  /** The names of the files and folders in a folder, the latter with a slash behind them. */
  SortedSet<String> in(String folder) {
    String prefix = NAME + "/" + folder;
    SortedSet<String> names = new TreeSet<>();
    for (String name : entries.keySet()) {
      if (name.startsWith(prefix) && name.length() > prefix.length()) {
        String rest = name.substring(prefix.length());
        int slash = rest.indexOf('/');
        names.add(slash < 0 ? rest : rest.substring(0, slash + 1));
      }
    }
    return names;
  }

  /** The names of what a jar in it has. */
  SortedSet<String> members(String jar) {
    SortedSet<String> names = new TreeSet<>();
    try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(bytes(jar)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        names.add(entry.getName());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(jar + " cannot be read", e);
    }
    return names;
  }
}
