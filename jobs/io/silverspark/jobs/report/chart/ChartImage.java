package io.silverspark.jobs.report.chart;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** A chart as an image of its own, for notebooks and files, without the report's style sheet. */
public final class ChartImage {
  private static final Pattern VARIABLE = Pattern.compile("(--\\w+): ([^;]+);");
  private static final Pattern USE = Pattern.compile("var\\((--\\w+)\\)");
  private static final String STYLE = style();

  private ChartImage() {}

  /**
   * The chart with a name space, a style and a white ground.
   *
   * @param chart what the chart classes of this package give: an SVG element with a view box
   * @param width in pixels; the height follows
   */
  public static String of(String chart, int width) {
    int end = chart.indexOf('>') + 1;
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" font-family=\"system-ui, sans-serif\""
        + " width=\"%d\"".formatted(width)
        + chart.substring("<svg".length(), end)
        + "<style>\n%s</style>".formatted(STYLE)
        + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
        + chart.substring(end);
  }

  /** The rules with the light colours in them: few viewers but browsers know variables. */
  private static String style() {
    try (InputStream in = ChartImage.class.getResourceAsStream("chart.css")) {
      String css = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      Map<String, String> light = new HashMap<>();
      VARIABLE.matcher(css).results().forEach(v -> light.putIfAbsent(v.group(1), v.group(2)));
      String rules = css.substring(css.lastIndexOf("/*"));
      return USE.matcher(rules).replaceAll(use -> light.get(use.group(1)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
