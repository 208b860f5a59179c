package dev.paddock.loadtest;

import java.util.List;
import java.util.Map;

/** A report that opens in a browser; all figures are in {@code result.json} beside it. */
final class Page {

  private Page() {}

  /**
   * Makes it.
   *
   * @param about what was run and where, line by line
   * @param text as it stands
   * @param plots titles by names of files, of which there is an SVG and a PNG
   */
  static String html(
      String title, Map<String, String> about, List<String> text, Map<String, String> plots) {
    StringBuilder html = new StringBuilder();
    html.append(
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>%1$s</title>
        <style>
          :root { color-scheme: light dark; }
          body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
          pre { overflow-x: auto; font-size: .85rem; line-height: 1.4; }
          dl { display: grid; grid-template-columns: max-content 1fr; gap: 0 1rem; }
          dd { margin: 0; overflow-wrap: anywhere; }
          figure { margin: 1.5rem 0; }
          img { width: 100%%; height: auto; background: white; border-radius: .3rem; }
          figcaption { font-size: .85rem; }
        </style>
        <h1>%1$s</h1>
        <dl>
        """
            .formatted(escape(title)));
    about.forEach(
        (name, value) -> html.append("<dt>%s<dd>%s\n".formatted(escape(name), escape(value))));
    html.append("</dl>\n<pre>").append(escape(String.join("\n", text))).append("</pre>\n");
    plots.forEach(
        (name, caption) ->
            html.append(
                """
                <figure>
                  <img src="%1$s.svg" alt="%2$s" width="900" height="380">
                  <figcaption>%2$s (<a href="%1$s.svg">SVG</a>, <a href="%1$s.png">PNG</a>)</figcaption>
                </figure>
                """
                    .formatted(name, escape(caption))));
    html.append("<p>All figures: <a href=\"result.json\">result.json</a></p>\n</html>\n");
    return html.toString();
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("\"", "&quot;");
  }
}
