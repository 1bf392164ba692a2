package io.silverspark.jobs.report;

import java.util.List;

/**
 * Charts under one title.
 *
 * @param subtitle empty for none
 * @param legend of charts that share their colours, empty for none
 * @param charts SVG elements, whose texts are escaped
 */
public record Figure(String title, String subtitle, List<Entry> legend, List<String> charts) {

  static Figure of(String title, String subtitle, String... charts) {
    return new Figure(title, subtitle, List.of(), List.of(charts));
  }

  /**
   * A line of a legend.
   *
   * @param colour CSS class of the series, such as {@code c0}
   */
  public record Entry(String colour, String text) {}
}
