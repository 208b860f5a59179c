package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * A folder with what came of loads: {@code result.json}, plots, and {@code index.html}, which shows
 * them.
 *
 * @param about what was run and where, line by line
 * @param tables what the terminal shows
 * @param results one for each number of workers
 */
record LoadReport(Map<String, String> about, List<String> tables, List<LoadResult> results) {

  private static final ObjectMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** What {@code result.json} has. */
  private record Content(Map<String, String> about, List<LoadResult> results) {}

  /**
   * Writes it; files of the same names are replaced.
   *
   * @return why there are no plots, or an empty text
   */
  String write(Path folder) throws IOException {
    Files.createDirectories(folder);
    JSON.writeValue(folder.resolve("result.json").toFile(), new Content(about, results));
    Plots plots = new Plots(folder);
    String problem = "";
    try {
      for (LoadResult result : results) {
        plots.run(result, results.size() == 1 ? "" : "-" + result.workers());
      }
      if (results.size() > 1) {
        plots.scaleOut(results);
      }
    } catch (Error | RuntimeException e) {
      if (!isWithoutFonts(e)) {
        throw e;
      }
      problem = "No plots: Java finds no fonts; install fontconfig and one, such as DejaVu";
    }
    Files.writeString(folder.resolve("index.html"), page(plots.titles()), UTF_8);
    return problem;
  }

  /**
   * A JDK that finds no fonts, or nothing to find them with, fails in many ways in its own code.
   */
  private static boolean isWithoutFonts(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (Arrays.stream(cause.getStackTrace())
          .anyMatch(frame -> frame.getClassName().startsWith("sun.font."))) {
        return true;
      }
    }
    return false;
  }

  private String page(Map<String, String> plots) {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Paddock under load</title>
        <style>
          :root { color-scheme: light dark; }
          body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
          pre { overflow-x: auto; font-size: .85rem; line-height: 1.4; }
          dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
          dd { margin: 0; overflow-wrap: anywhere; }
          figure { margin: 1.5rem 0; }
          img { width: 100%; height: auto; background: white; border-radius: .3rem; }
          figcaption { font-size: .85rem; }
        </style>
        <h1>Paddock under load</h1>
        <dl>
        """);
    about.forEach(
        (name, value) -> html.append("<dt>%s<dd>%s\n".formatted(escape(name), escape(value))));
    html.append("</dl>\n<pre>").append(escape(String.join("\n", tables))).append("</pre>\n");
    plots.forEach(
        (name, title) ->
            html.append(
                """
                <figure>
                  <img src="%1$s.svg" alt="%2$s" width="900" height="380">
                  <figcaption>%2$s (<a href="%1$s.svg">SVG</a>, <a href="%1$s.png">PNG</a>)</figcaption>
                </figure>
                """
                    .formatted(name, escape(title))));
    html.append("<p>All figures: <a href=\"result.json\">result.json</a></p>\n</html>\n");
    return html.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
