package dev.paddock.sandbox.guest;

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
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;
import org.graalvm.polyglot.io.IOAccess;
import org.jspecify.annotations.Nullable;

/**
 * The file system that a guest's imports see: one module, its own, or none. No other name can be
 * read, whatever it looks like. Nothing here touches the host's files.
 */
final class ScriptFiles implements FileSystem {

  /** What a script sees that is no module. */
  static final IOAccess NONE = IOAccess.newBuilder().fileSystem(new ScriptFiles(null, "")).build();

  private static final String HINT = "a script can import nothing; bundle what it needs into it";

  private static final Path ROOT = Path.of("/");

  private final @Nullable Path script;
  private final String source;

  private ScriptFiles(@Nullable Path script, String source) {
    this.script = script;
    this.source = source;
  }

  /**
   * What a module sees.
   *
   * @param name the module's file name
   */
  static IOAccess of(String name, String source) {
    ScriptFiles files = new ScriptFiles(ROOT.resolve(name), source);
    return IOAccess.newBuilder().fileSystem(files).build();
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
    if (!toRealPath(path).equals(script)) {
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
