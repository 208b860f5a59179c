package dev.paddock.sandbox.guest;

import dev.paddock.sandbox.wire.Script;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * The file system that a guest's imports see: its own module and what came with it. No other name
 * can be read, whatever it looks like. Nothing here touches the host's files. Nothing is there
 * before {@link #show}. For the guest thread only.
 */
final class ScriptFiles implements FileSystem {

  private static final String HINT = "a script can import only what came with it; bundle the rest";

  private static final Path ROOT = Path.of("/");

  private Map<Path, String> sources = Map.of();

  /** Shows a script what it may import, from now on. */
  void show(String name, Script script) {
    if (script.kind() == Script.Kind.SCRIPT && script.modules().isEmpty()) {
      return; // as most do
    }
    Map<Path, String> files = new HashMap<>();
    script.modules().forEach((module, source) -> files.put(path(module), source));
    if (script.kind() == Script.Kind.MODULE) {
      files.put(path(name), script.source());
    }
    sources = files;
  }

  private static Path path(String name) {
    return ROOT.resolve(name.replace('\0', '_')).normalize();
  }

  @Override
  public Path parsePath(URI uri) {
    return parsePath(uri.toString());
  }

  @Override
  public Path parsePath(String path) {
    return Path.of(path.replace('\0', '_'));
  }

  @Override
  public void checkAccess(Path path, Set<? extends AccessMode> modes, LinkOption... options) {}

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    String source = sources.get(toRealPath(path));
    if (source == null) {
      String wanted = path.toString();
      throw new NoSuchFileException(wanted.substring(wanted.startsWith("/") ? 1 : 0), null, HINT);
    }
    return new SourceChannel(source.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Path toAbsolutePath(Path path) {
    return ROOT.resolve(path);
  }

  @Override
  public Path toRealPath(Path path, LinkOption... options) {
    return toAbsolutePath(path).normalize();
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options) {
    return Map.of("isRegularFile", true, "isDirectory", false);
  }

  @Override
  public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
    throw refused();
  }

  @Override
  public void delete(Path path) throws IOException {
    throw refused();
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
    throw refused();
  }

  private static IOException refused() {
    return new IOException("Operation is not allowed");
  }
}
