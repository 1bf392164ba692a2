package io.silverspark.jobs.report.chart;

/** A chart as an image of its own, for notebooks and files, without the report's style sheet. */
public final class ChartImage {
  private static final String STYLE =
      """
      <style>
      svg { font: 11px system-ui, sans-serif; }
      .c0 { color: #7b8494; } .c1 { color: #c77f00; } .c2 { color: #0b6bb8; }
      .c3 { color: #00866a; } .c4 { color: #b8528f; } .c5 { color: #c4501b; }
      .c6 { color: #6a55c2; } .c7 { color: #6b7f92; }
      text { fill: #5a6675; } .series { font-size: 12px; fill: #1b2430; }
      .value { font-size: 12px; font-weight: 600; fill: #1b2430; }
      .halo { paint-order: stroke; stroke: #fff; stroke-width: 4px; stroke-linejoin: round; }
      path { fill: none; stroke-linejoin: round; stroke-linecap: round; }
      .rule { stroke: #e9ecf0; } .axis { stroke: #5a6675; opacity: .6; } .zero { stroke: #1b2430; }
      .fill { fill: currentColor; } .error { stroke: #1b2430; stroke-width: 1.3; }
      .error-halo { stroke: #fff; stroke-width: 3.4; opacity: .65; }
      .interval { stroke: currentColor; stroke-width: 2.2; }
      .raw { stroke: currentColor; stroke-width: .8; opacity: .35; }
      .curve { stroke: currentColor; stroke-width: 2; }
      .ring { fill: none; stroke: currentColor; stroke-width: 1.5; } .cloud { fill-opacity: .32; }
      </style>
      """;

  private ChartImage() {}

  /**
   * The chart with a name space, a style and a white ground.
   *
   * @param chart what the chart classes of this package give: an SVG element with a view box
   * @param width in pixels; the height follows
   */
  public static String of(String chart, int width) {
    int end = chart.indexOf('>') + 1;
    String open =
        chart
            .substring(0, end)
            .replaceFirst(
                "<svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\"".formatted(width));
    return open
        + STYLE
        + "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>"
        + chart.substring(end);
  }
}
