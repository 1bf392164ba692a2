package io.silverspark.jobs.report.chart;

/** Makes any text safe inside HTML and SVG, in elements and in quoted attributes. */
public final class MarkupText {
  private static final char REPLACEMENT = '\uFFFD';

  private MarkupText() {}

  /**
   * Escapes {@code & < > " '}. Control characters but tab and line breaks, and lone surrogates,
   * become U+FFFD, because they cannot be written as valid UTF-8 HTML.
   */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      switch (point) {
        case '&' -> out.append("&amp;");
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> {
          if (isUnprintable(point)) {
            out.append(REPLACEMENT);
          } else {
            out.appendCodePoint(point);
          }
        }
      }
    }
    return out.toString();
  }

  private static boolean isUnprintable(int point) {
    boolean lineOrTab = point == '\n' || point == '\r' || point == '\t';
    return Character.isISOControl(point) && !lineOrTab
        || Character.getType(point) == Character.SURROGATE;
  }
}
