package dev.paddock.worker.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The files of the page; there are no others. For any thread. */
final class PageFiles {

  /**
   * @param type of the content
   */
  @SuppressWarnings("ArrayRecordComponent") // written as it is
  record File(String type, byte[] content) {}

  private record Place(String type, String resource) {}

  private static final Map<String, Place> PLACES =
      Map.of(
          "/", new Place("text/html; charset=utf-8", "page/page.html"),
          "/page.js", new Place("text/javascript; charset=utf-8", "page/page.js"),
          "/page.css", new Place("text/css; charset=utf-8", "page/page.css"),
          "/icon.svg", new Place("image/svg+xml", "page/icon.svg"),
          "/uplot.js", new Place("text/javascript; charset=utf-8", "page/uplot/uPlot.iife.min.js"),
          "/uplot.css", new Place("text/css; charset=utf-8", "page/uplot/uPlot.min.css"));

  private final Map<String, File> read = new ConcurrentHashMap<>();

  /** The file that is served there, or null where none is. */
  @Nullable File find(String path) {
    Place place = PLACES.get(path);
    return place == null ? null : read.computeIfAbsent(path, _ -> read(place));
  }

  private static File read(Place place) {
    try (InputStream in = PageFiles.class.getResourceAsStream(place.resource())) {
      if (in == null) {
        throw new IllegalStateException(place.resource() + " is not on the class path");
      }
      return new File(place.type(), in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
