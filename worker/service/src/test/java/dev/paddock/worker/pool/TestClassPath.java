package dev.paddock.worker.pool;

import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** The class path of these tests, for children that run a class of theirs. */
final class TestClassPath {

  private TestClassPath() {}

  /** What such a child has to be able to read: that class path, and what any sandbox reads. */
  static List<Path> readable() {
    SandboxCommand sandbox =
        SandboxCommand.of(Path.of(System.getProperty("paddock.home")), 1 << 20);
    return Stream.concat(
            sandbox.readable().stream(),
            Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of))
        .toList();
  }
}
