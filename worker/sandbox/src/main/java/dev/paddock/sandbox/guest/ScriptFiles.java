package dev.paddock.sandbox.guest;

import java.io.IOException;
import java.net.URI;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessMode;
import java.nio.file.DirectoryStream;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.util.Map;
import java.util.Set;
import org.graalvm.polyglot.io.FileSystem;

/**
 * The file system that a guest's imports see: one module, its own. Every other name is a module
 * that throws, so that no Java exception reaches the guest. Nothing here touches the host's files.
 */
final class ScriptFiles implements FileSystem {

  private static final Path ROOT = Path.of("/");

  private final Path script;
  private final String source;

  /**
   * @param name the script's file name
   */
  ScriptFiles(String name, String source) {
    this.script = ROOT.resolve(name);
    this.source = source;
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
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes) {
    String text =
        toAbsolutePath(path).normalize().equals(script)
            ? source
            : "throw new TypeError(" + JsonString.of("Cannot find module '" + path + "'") + ")";
    return new SourceChannel(text.getBytes(StandardCharsets.UTF_8));
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
