package io.silverspark.jobs.report.chart;

import java.util.Locale;

/** Writes the few SVG elements that the plots need; coordinates are rounded to a tenth. */
final class Svg {
  private final StringBuilder out = new StringBuilder(4096);

  /**
   * Starts a drawing.
   *
   * @param description read out by screen readers
   */
  Svg(int width, int height, String description) {
    out.append("<svg viewBox=\"0 0 ").append(width).append(' ').append(height);
    out.append("\" role=\"img\" aria-label=\"").append(MarkupText.escape(description));
    out.append("\">");
  }

  Svg line(String style, double x1, double y1, double x2, double y2) {
    return path(style, "M" + pair(x1, y1) + "L" + pair(x2, y2));
  }

  Svg path(String style, CharSequence data) {
    out.append("<path class=\"").append(style).append("\" d=\"").append(data).append("\"/>");
    return this;
  }

  /** A rectangle with a tip for the mouse; an empty tip is left out. */
  Svg rectangle(String style, double x, double y, double width, double height, String tip) {
    out.append("<rect class=\"").append(style).append("\" x=\"").append(number(x));
    out.append("\" y=\"").append(number(y)).append("\" width=\"");
    out.append(number(Math.max(0, width))).append("\" height=\"");
    out.append(number(Math.max(0, height))).append('"');
    close("rect", tip);
    return this;
  }

  Svg circle(String style, double x, double y, double radius, String tip) {
    out.append("<circle");
    if (!style.isEmpty()) {
      out.append(" class=\"").append(style).append('"');
    }
    out.append(" cx=\"").append(number(x)).append("\" cy=\"").append(number(y));
    out.append("\" r=\"").append(number(radius)).append('"');
    close("circle", tip);
    return this;
  }

  /** Text at a base line; anchor is {@code start}, {@code middle} or {@code end}. */
  Svg text(String style, double x, double y, String anchor, String text) {
    out.append("<text class=\"").append(style).append("\" x=\"").append(number(x));
    out.append("\" y=\"").append(number(y)).append("\" text-anchor=\"").append(anchor);
    out.append("\">").append(MarkupText.escape(text)).append("</text>");
    return this;
  }

  /** Text turned to read upwards, centred on the point. */
  Svg upwards(String style, double x, double y, String text) {
    out.append("<text class=\"").append(style).append("\" text-anchor=\"middle\" transform=\"");
    out.append("translate(").append(pair(x, y)).append(") rotate(-90)\">");
    out.append(MarkupText.escape(text)).append("</text>");
    return this;
  }

  Svg group(String style) {
    out.append("<g class=\"").append(style).append("\">");
    return this;
  }

  Svg endGroup() {
    out.append("</g>");
    return this;
  }

  String finish() {
    return out.append("</svg>").toString();
  }

  static String pair(double x, double y) {
    return number(x) + " " + number(y);
  }

  private void close(String element, String tip) {
    if (tip.isEmpty()) {
      out.append("/>");
    } else {
      out.append("><title>").append(MarkupText.escape(tip)).append("</title></");
      out.append(element).append('>');
    }
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, "%.1f", value);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }
}
