package io.silverspark.jobs.report.chart;

import freemarker.core.HTMLOutputFormat;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes the few SVG elements that the plots need; coordinates are rounded to a tenth. */
public final class Svg {
  private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}&&[^\n\r\t]]|\\p{Cs}");

  private final StringBuilder out = new StringBuilder(4096);

  /**
   * Starts a drawing.
   *
   * @param description read out by screen readers
   */
  Svg(int width, int height, String description) {
    out.append(
        "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">"
            .formatted(width, height, escaped(description)));
  }

  /** Puts U+FFFD for control characters and lone surrogates, which no HTML or SVG may hold. */
  public static String printable(String markup) {
    return UNPRINTABLE.matcher(markup).replaceAll("\uFFFD");
  }

  /** Straight lines from point to point: x, y, x, y, ... */
  void path(String style, double... points) {
    String data =
        IntStream.range(0, points.length / 2)
            .mapToObj(i -> number(points[2 * i]) + " " + number(points[2 * i + 1]))
            .collect(Collectors.joining("L", "M", ""));
    element("path", style, " d=\"" + data + '"', "");
  }

  /** A rectangle with a tip for the mouse; an empty tip is left out. */
  void rectangle(String style, double x, double y, double width, double height, String tip) {
    double[] values = {x, y, Math.max(0, width), Math.max(0, height)};
    element("rect", style, attributes("x y width height", values), tip);
  }

  void circle(String style, double x, double y, double radius, String tip) {
    element("circle", style, attributes("cx cy r", x, y, radius), tip);
  }

  /** Text at a base line; anchor is {@code start}, {@code middle} or {@code end}. */
  void text(String style, double x, double y, String anchor, String text) {
    out.append("<text class=\"%s\"%s".formatted(style, attributes("x y", x, y)));
    out.append(" text-anchor=\"%s\">%s</text>".formatted(anchor, escaped(text)));
  }

  /** Text turned to read upwards, centred on the point. */
  void upwards(String style, double x, double y, String text) {
    out.append("<text class=\"%s\" text-anchor=\"middle\"".formatted(style));
    out.append(" transform=\"translate(%s %s) rotate(-90)\">".formatted(number(x), number(y)));
    out.append(escaped(text)).append("</text>");
  }

  /** All that {@code marks} draws takes the style from one group. */
  void group(String style, Runnable marks) {
    out.append("<g class=\"%s\">".formatted(style));
    marks.run();
    out.append("</g>");
  }

  String finish() {
    return out.append("</svg>").toString();
  }

  private void element(String name, String style, String attributes, String tip) {
    out.append('<').append(name).append(style.isEmpty() ? "" : " class=\"" + style + '"');
    out.append(attributes);
    out.append(tip.isEmpty() ? "/>" : "><title>%s</title></%s>".formatted(escaped(tip), name));
  }

  private static String attributes(String names, double... values) {
    String[] name = names.split(" ");
    return IntStream.range(0, values.length)
        .mapToObj(i -> " %s=\"%s\"".formatted(name[i], number(values[i])))
        .collect(Collectors.joining());
  }

  private static String escaped(String text) {
    return HTMLOutputFormat.INSTANCE.escapePlainText(printable(text));
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
