package dev.paddock.worker.pool;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.util.List;

/**
 * Starts sandboxes on threads of this process, from the same jars by a class loader of their own,
 * so that neither side sees the other's classes.
 */
final class ThreadStarter implements SandboxStarter {

  private static final String MAIN_CLASS = "dev.paddock.sandbox.SandboxThread";

  private final MethodHandle start;
  private long lastId;

  ThreadStarter(List<Path> jars) {
    try {
      URL[] urls = new URL[jars.size()];
      for (int i = 0; i < urls.length; i++) {
        urls[i] = jars.get(i).toUri().toURL();
      }
      // Never closed: a guest that does not stop may still load classes.
      ClassLoader loader =
          new URLClassLoader("sandbox", urls, ClassLoader.getPlatformClassLoader());
      start =
          MethodHandles.publicLookup()
              .findStatic(
                  loader.loadClass(MAIN_CLASS),
                  "start",
                  MethodType.methodType(Thread.class, InputStream.class, OutputStream.class));
    } catch (MalformedURLException | ReflectiveOperationException e) {
      throw new IllegalStateException("The sandbox's jars cannot be loaded", e);
    }
  }

  @Override
  public SandboxHost start() throws IOException {
    Pipe tasks = Pipe.open();
    Pipe answers = Pipe.open();
    Thread guest;
    try {
      guest =
          (Thread)
              start.invokeExact(
                  Channels.newInputStream(tasks.source()),
                  Channels.newOutputStream(answers.sink()));
    } catch (Throwable e) {
      throw new IllegalStateException("A sandbox's thread cannot be started", e);
    }
    return new ThreadHost(
        ++lastId,
        guest,
        Channels.newOutputStream(tasks.sink()),
        Channels.newInputStream(answers.source()));
  }

  @Override
  public void close() {}
}
