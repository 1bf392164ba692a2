package io.silverspark.jobs.report;

import io.silverspark.jobs.report.chart.MarkupText;
import java.util.List;

/** Appends HTML; every text is escaped, only {@link #raw} is not. */
final class HtmlWriter {
  private final StringBuilder out = new StringBuilder(1 << 16);

  HtmlWriter raw(String markup) {
    out.append(markup);
    return this;
  }

  HtmlWriter open(String tag, String style) {
    out.append('<').append(tag);
    if (!style.isEmpty()) {
      out.append(" class=\"").append(style).append('"');
    }
    out.append('>');
    return this;
  }

  HtmlWriter close(String tag) {
    out.append("</").append(tag).append(">\n");
    return this;
  }

  HtmlWriter text(String tag, String style, String text) {
    return open(tag, style).raw(MarkupText.escape(text)).close(tag);
  }

  HtmlWriter heading(String text) {
    return text("h2", "", text);
  }

  HtmlWriter paragraph(String text) {
    return text.isEmpty() ? this : text("p", "note", text);
  }

  /** Plots under one title; the subtitle may be empty. */
  HtmlWriter figure(String title, String subtitle, String... plots) {
    open("figure", "").open("figcaption", "").text("strong", "", title);
    if (!subtitle.isEmpty()) {
      text("span", "", subtitle);
    }
    return close("figcaption").raw(String.join("", plots)).close("figure");
  }

  /** A closed block that the reader opens; begun here, ended by {@link #endDetails}. */
  HtmlWriter details(String summary) {
    return open("details", "").text("summary", "", summary);
  }

  HtmlWriter endDetails() {
    return close("details");
  }

  /** Coloured names for plots that share their colours. */
  HtmlWriter legend(List<String> names, List<String> colours) {
    open("p", "legend");
    for (int i = 0; i < names.size(); i++) {
      open("span", "").raw("<i class=\"" + colours.get(i) + "\"></i>");
      raw(MarkupText.escape(names.get(i))).close("span");
    }
    return close("p");
  }

  /**
   * A table; on narrow screens each row becomes a block with the column names beside the values.
   *
   * @param headers a leading {@code #} makes the column numeric: right-aligned
   */
  HtmlWriter table(List<String> headers, List<List<String>> rows) {
    open("div", "scroll").open("table", "").open("thead", "").open("tr", "");
    for (String header : headers) {
      text("th", header.startsWith("#") ? "number" : "", label(header));
    }
    close("tr").close("thead").open("tbody", "");
    for (List<String> row : rows) {
      open("tr", "");
      for (int i = 0; i < row.size(); i++) {
        cell(headers.get(i), MarkupText.escape(row.get(i)));
      }
      close("tr");
    }
    return close("tbody").close("table").close("div");
  }

  /** A cell of {@link #table} with its own markup. */
  HtmlWriter cell(String header, String markup) {
    out.append("<td dir=\"auto\" data-label=\"").append(MarkupText.escape(label(header)));
    out.append(header.startsWith("#") ? "\" class=\"number\">" : "\">");
    out.append("<span>").append(markup).append("</span></td>");
    return this;
  }

  String html() {
    return out.toString();
  }

  private static String label(String header) {
    return header.startsWith("#") ? header.substring(1) : header;
  }
}
