package dev.paddock.worker.catalog;

import dev.paddock.schemas.CatalogScript;
import dev.paddock.worker.NamedScripts;
import dev.paddock.worker.config.Configuration;
import dev.paddock.worker.config.RegistryTrouble;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker knows of the catalog: it follows the topic from a thread of its own, and goes on
 * without where there is none. While the topic is read anew after a failure, what was known before
 * counts, until everything is known again: an earlier record of a version must not undo a later
 * one. Methods may be called from any thread.
 */
public final class Catalog implements NamedScripts, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Catalog.class);

  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration ANSWER = Duration.ofSeconds(10);
  private static final long BACK_OFF_MILLIS = 1000;

  /** How often a topic that is missing is looked for. */
  private static final long LOOK_MILLIS = 5000;

  private final Configuration configuration;
  private final Supplier<CatalogTail> tails;
  private final CountDownLatch loaded = new CountDownLatch(1);
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread = Thread.ofPlatform().daemon().name("catalog").unstarted(this::run);
  private volatile ScriptVersions versions = new ScriptVersions();
  private volatile @Nullable CatalogTail reading;
  private volatile String absence = "";
  private volatile @Nullable String trouble;

  /** Prepares; {@link #start} begins to read. */
  public Catalog(Configuration configuration) {
    this(configuration, () -> new CatalogTail(configuration));
  }

  Catalog(Configuration configuration, Supplier<CatalogTail> tails) {
    this.configuration = configuration;
    this.tails = tails;
  }

  /** Begins to follow the topic. */
  public void start() {
    thread.start();
  }

  /**
   * Waits until all is known that was there, or that there is no such topic.
   *
   * @return whether that was in time
   */
  public boolean awaitLoaded(Duration timeout) throws InterruptedException {
    return loaded.await(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Why new scripts are not seen for the time being, or null where nothing is wrong. */
  public @Nullable String trouble() {
    return trouble;
  }

  @Override
  public @Nullable CatalogScript find(String tenant, String id, @Nullable Integer version) {
    return versions.find(tenant, id, version);
  }

  @Override
  public String whereabouts() {
    return "the catalog, topic " + configuration.topics().scripts() + absence;
  }

  @Override
  public void close() {
    closing.countDown();
    CatalogTail current = reading;
    if (current != null) {
      current.wakeup();
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (isOpen()) {
        follow();
      }
    } catch (InterruptedException e) {
      LOG.warn("The catalog is no longer followed, because its thread was interrupted");
    }
  }

  private boolean isOpen() {
    return closing.getCount() > 0;
  }

  private void follow() throws InterruptedException {
    try (CatalogTail tail = tails.get()) {
      reading = tail;
      follow(tail);
    } catch (WakeupException e) {
      return; // closing
    } catch (RuntimeException e) {
      if (trouble == null) {
        LOG.warn("The catalog cannot be read, which is tried again: {}", e.toString());
      }
      trouble = "The catalog of scripts cannot be read: " + RegistryTrouble.reasons(e);
      pause(BACK_OFF_MILLIS);
    } finally {
      reading = null;
    }
  }

  private void pause(long millis) throws InterruptedException {
    var _ = closing.await(millis, TimeUnit.MILLISECONDS);
  }

  /** A worker that needs no catalog need not be allowed to read it. */
  private boolean isThere(CatalogTail tail) {
    try {
      boolean there = tail.open(ANSWER);
      absence = there ? "" : ", which does not exist; make it with `paddock topics create`";
      return there;
    } catch (TopicAuthorizationException e) {
      absence = ", which this worker may not read; grant it READ";
      return false;
    }
  }

  private void follow(CatalogTail tail) throws InterruptedException {
    while (isOpen() && !isThere(tail)) {
      loaded.countDown();
      pause(LOOK_MILLIS);
    }
    while (isOpen()) {
      // Before the first read, which waits where nothing was written yet.
      if (versions != tail.versions() && tail.isAtEnd(ANSWER)) {
        versions = tail.versions();
        trouble = null;
        loaded.countDown();
      }
      tail.read(POLL);
    }
  }
}
