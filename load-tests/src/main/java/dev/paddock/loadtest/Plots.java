package dev.paddock.loadtest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.paddock.loadtest.LoadResult.Second;
import dev.paddock.loadtest.UsageSampler.Part;
import dev.paddock.loadtest.UsageSampler.Sample;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Dimension;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.batik.svggen.SVGGeneratorContext;
import org.apache.batik.svggen.SVGGraphics2D;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.HorizontalBarStyler;
import org.knowm.xchart.style.Styler.ChartTheme;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws what came of a load, each plot as PNG and as SVG. */
final class Plots {

  private static final int WIDTH = 900;
  private static final int HEIGHT = 380;

  /** Heights of a chart of bars, for what is around them and for each. */
  private static final int AROUND_BARS = 110;

  private static final int EACH_BAR = 32;

  /** Of PNG, pixels by length: for screens that have so many. */
  private static final int DENSITY = 2;

  private static final int MOST_LABELS = 12;

  /** Told apart by who sees no red or no green, too (Okabe and Ito, 2008). */
  private static final Color[] COLORS = {
    new Color(0x0072B2), new Color(0xD55E00), new Color(0x009E73), new Color(0xCC79A7)
  };

  private final Path folder;
  private final Map<String, String> titles = new LinkedHashMap<>();

  Plots(Path folder) {
    this.folder = folder;
  }

  /** Titles of what was drawn, by the files' names without their endings. */
  Map<String, String> titles() {
    return titles;
  }

  /** What draws. */
  interface Drawing {
    void draw() throws IOException;
  }

  /**
   * Draws where this machine can.
   *
   * @return why it cannot, or an empty text
   */
  static String problem(Drawing drawing) throws IOException {
    try {
      drawing.draw();
      return "";
    } catch (Error | RuntimeException e) {
      if (!isWithoutFonts(e)) {
        throw e;
      }
      return "No plots: Java finds no fonts; install fontconfig and one, such as DejaVu";
    }
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

  /** Draws one run over time, and its percentiles. */
  void run(LoadResult result, String suffix) throws IOException {
    String who = result.who();
    throughput(result, suffix, who);
    latency(result, suffix, who);
    percentiles(result, suffix, who);
    cpu(result, suffix, who);
    memory(result, suffix, who);
  }

  /** Draws runs with different numbers of workers beside each other. */
  void scaleOut(List<LoadResult> results) throws IOException {
    double[] workers = results.stream().mapToDouble(LoadResult::workers).toArray();
    XYChart chart = chart("Scale-out", "worker processes", "results a second");
    line(chart, "measured", workers, values(results, LoadResult::perSecond));
    double each = results.getFirst().perSecond() / results.getFirst().workers();
    line(chart, "in proportion", workers, values(results, result -> each * result.workers()));
    chart.getStyler().setXAxisDecimalPattern("0");
    write(chart, "scale-out", "Scale-out");
  }

  /** Draws a bar for each of some values above 0. */
  void bars(String name, String title, String axis, Map<String, Double> values) throws IOException {
    HorizontalBarChart chart =
        new HorizontalBarChartBuilder()
            .width(WIDTH)
            .height(AROUND_BARS + values.size() * EACH_BAR)
            .title(title)
            .xAxisTitle(axis)
            .theme(ChartTheme.XChart)
            .build();
    HorizontalBarStyler styler = chart.getStyler();
    styler.setAvailableSpaceFill(0.6);
    styler.setXAxisMin(0.0);
    // Otherwise names are left out where they come close.
    styler.setXAxisMaxLabelCount(values.size());
    plain(styler);
    styler.setLegendVisible(false);
    chart.addSeries(axis, List.copyOf(values.values()), List.copyOf(values.keySet()));
    write(chart, name, title);
  }

  private void throughput(LoadResult result, String suffix, String who) throws IOException {
    double[] seconds = seconds(result);
    XYChart chart = chart("Throughput, " + who, "seconds", "results a second");
    line(chart, "results", seconds, values(whole(result), Second::results));
    Double offered = result.offeredPerSecond();
    if (offered != null) {
      line(chart, "offered", seconds, values(whole(result), second -> offered));
    }
    write(chart, "throughput" + suffix, "Throughput over time, " + who);
  }

  private void latency(LoadResult result, String suffix, String who) throws IOException {
    XYChart chart = chart("Latency, " + who, "seconds", "from sending to reading, ms");
    logarithmic(chart);
    double[] seconds = seconds(result);
    line(chart, "median", seconds, values(whole(result), second -> millis(second.median())));
    line(chart, "p99", seconds, values(whole(result), second -> millis(second.p99())));
    line(chart, "most", seconds, values(whole(result), second -> millis(second.most())));
    write(chart, "latency" + suffix, "Latency over time, " + who);
  }

  /** The way HdrHistogram's own plots have it: each nine of the percentile as far as the last. */
  private void percentiles(LoadResult result, String suffix, String who) throws IOException {
    XYChart chart = chart("Latency percentiles, " + who, "percentile", "ms");
    logarithmic(chart);
    chart.getStyler().setXAxisTickLabelsFormattingFunction(Plots::percentile);
    chart.getStyler().setXAxisMax(4.0);
    result
        .times()
        .forEach(
            (name, spread) -> {
              SortedMap<Double, Long> all = spread.micros().headMap(100.0);
              line(
                  chart,
                  name,
                  all.keySet().stream().mapToDouble(p -> -Math.log10(1 - p / 100)).toArray(),
                  all.values().stream().mapToDouble(Plots::millis).toArray());
            });
    write(chart, "percentiles" + suffix, "Latency percentiles, " + who);
  }

  private void cpu(LoadResult result, String suffix, String who) throws IOException {
    XYChart chart = chart("CPU, " + who, "seconds", "cores");
    uses(chart, result, use -> use.cores());
    write(chart, "cpu" + suffix, "CPU over time, " + who);
  }

  private void memory(LoadResult result, String suffix, String who) throws IOException {
    XYChart chart = chart("Resident memory, " + who, "seconds", "MiB");
    uses(chart, result, use -> use.residentBytes() / (double) (1 << 20));
    write(chart, "memory" + suffix, "Resident memory over time, " + who);
  }

  private static void uses(
      XYChart chart, LoadResult result, ToDoubleFunction<UsageSampler.Use> value) {
    double[] seconds = values(result.usage(), Sample::seconds);
    for (Part part : Part.values()) {
      line(
          chart,
          part.label(),
          seconds,
          values(result.usage(), sample -> value.applyAsDouble(sample.use(part))));
    }
  }

  /** Without the last second, which is hardly ever a whole one. */
  private static List<Second> whole(LoadResult result) {
    List<Second> all = result.series();
    return all.size() < 2 ? all : all.subList(0, all.size() - 1);
  }

  private static double[] seconds(LoadResult result) {
    return IntStream.rangeClosed(1, whole(result).size()).asDoubleStream().toArray();
  }

  private static void logarithmic(XYChart chart) {
    XYStyler styler = chart.getStyler();
    styler.setYAxisLogarithmic(true);
    styler.setYAxisTickLabelsFormattingFunction(
        value -> String.format(Locale.ROOT, value < 1 ? "%.1f" : "%,.0f", value));
  }

  private static double millis(long micros) {
    // A logarithmic axis has no zero.
    return Math.max(1, micros) / 1000.0;
  }

  private static String percentile(double nines) {
    return String.format(Locale.ROOT, "%.4f", 100 - 100 * Math.pow(10, -nines))
            .replaceFirst("\\.?0+$", "")
        + " %";
  }

  private static <T> double[] values(List<T> all, ToDoubleFunction<T> value) {
    return all.stream().mapToDouble(value).toArray();
  }

  private static void line(XYChart chart, String name, double[] x, double[] y) {
    chart.addSeries(name, x, y).setMarker(SeriesMarkers.NONE);
  }

  private static XYChart chart(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .theme(ChartTheme.XChart)
            .build();
    XYStyler styler = chart.getStyler();
    styler.setLegendPosition(LegendPosition.OutsideE);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setXAxisMaxLabelCount(MOST_LABELS);
    plain(styler);
    return chart;
  }

  private static void plain(AxesChartStyler styler) {
    styler.setSeriesColors(COLORS);
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesColor(new Color(0xE4E4E4));
    styler.setPlotGridLinesStroke(new BasicStroke(1));
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 15));
  }

  private void write(Chart<?, ?> chart, String name, String title) throws IOException {
    BufferedImage image =
        new BufferedImage(
            chart.getWidth() * DENSITY, chart.getHeight() * DENSITY, BufferedImage.TYPE_INT_RGB);
    Graphics2D pixels = image.createGraphics();
    pixels.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    pixels.scale(DENSITY, DENSITY);
    chart.paint(pixels, chart.getWidth(), chart.getHeight());
    pixels.dispose();
    ImageIO.write(image, "png", folder.resolve(name + ".png").toFile());
    SVGGraphics2D shapes = new SVGGraphics2D(context(), false);
    shapes.setSVGCanvasSize(new Dimension(chart.getWidth(), chart.getHeight()));
    chart.paint(shapes, chart.getWidth(), chart.getHeight());
    StringWriter svg = new StringWriter();
    shapes.stream(svg, true);
    // Java's names of fonts say nothing to a browser.
    String text = svg.toString().replaceAll("font-family:'[^']*'", "font-family:sans-serif");
    Files.writeString(folder.resolve(name + ".svg"), text, UTF_8);
    titles.put(name, title);
  }

  private static SVGGeneratorContext context() {
    try {
      return SVGGeneratorContext.createDefault(
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .getDOMImplementation()
              .createDocument("http://www.w3.org/2000/svg", "svg", null));
    } catch (ParserConfigurationException e) {
      throw new IllegalStateException(e);
    }
  }
}
