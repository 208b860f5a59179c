package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    JSON.writeValue(folder.resolve("result.json").toFile(), new Content(about, results));
    Plots plots = new Plots(folder);
    String problem =
        Plots.problem(
            () -> {
              for (LoadResult result : results) {
                plots.run(result, results.size() == 1 ? "" : "-" + result.workers());
              }
              if (results.size() > 1) {
                plots.scaleOut(results);
              }
            });
    Files.writeString(
        folder.resolve("index.html"),
        Page.html("Paddock under load", about, tables, plots.titles()),
        UTF_8);
    return problem;
  }
}
