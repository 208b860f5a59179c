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

  private static final String SCRIPT = "text/javascript; charset=utf-8";
  private static final String STYLE = "text/css; charset=utf-8";

  private static final Map<String, Place> PLACES =
      Map.ofEntries(
          Map.entry("/", new Place("text/html; charset=utf-8", "page/page.html")),
          Map.entry("/icon.svg", new Place("image/svg+xml", "page/icon.svg")),
          Map.entry("/page.css", new Place(STYLE, "page/page.css")),
          Map.entry("/page.js", new Place(SCRIPT, "page/page.js")),
          Map.entry("/plots.js", new Place(SCRIPT, "page/plots.js")),
          Map.entry("/stream.js", new Place(SCRIPT, "page/stream.js")),
          Map.entry("/tables.js", new Place(SCRIPT, "page/tables.js")),
          Map.entry("/text.js", new Place(SCRIPT, "page/text.js")),
          Map.entry("/workbench.js", new Place(SCRIPT, "page/workbench.js")),
          Map.entry("/uplot.css", new Place(STYLE, "page/uplot/uPlot.min.css")),
          Map.entry("/uplot.js", new Place(SCRIPT, "page/uplot/uPlot.iife.min.js")));

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
