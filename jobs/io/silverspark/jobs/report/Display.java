package io.silverspark.jobs.report;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/**
 * How numbers and texts read, on the page and in the terminal; {@link #MISSING} for NaN and null.
 * Public for the templates.
 */
public final class Display {
  static final String MISSING = "–";

  /** For templates: FreeMarker, in a class loader of its own, need not find this class by name. */
  static final Display FUNCTIONS = new Display();

  private static final int LONGEST_SAMPLE = 280; // characters

  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private Display() {}

  /** Three decimals, as many as a bootstrap interval over some thousand rows can support. */
  public static String score(double value) {
    return Double.isFinite(value) ? plus(value, "%.3f") : MISSING;
  }

  /** The value, {@code NaN} if it is not defined on the rows. */
  public static String score(MetricValue value) {
    return value.reason().isEmpty() ? score(value.value()) : "NaN";
  }

  public static String signed(double value) {
    return Double.isFinite(value) ? plus(value, "%+.3f") : MISSING;
  }

  public static String interval(MetricValue value) {
    return Double.isFinite(value.low()) && Double.isFinite(value.high())
        ? "[" + score(value.low()) + ", " + score(value.high()) + "]"
        : "";
  }

  public static String interval(PairedDifference difference) {
    return Double.isFinite(difference.low()) && Double.isFinite(difference.high())
        ? "[" + signed(difference.low()) + ", " + signed(difference.high()) + "]"
        : MISSING;
  }

  public static String percent(double share) {
    return Double.isFinite(share) ? String.format(Locale.ROOT, "%.1f %%", 100 * share) : MISSING;
  }

  public static String count(Long rows) {
    return rows == null ? MISSING : String.format(Locale.ROOT, "%,d", rows);
  }

  /** A size or speed: whole from 10 on, else with one decimal. */
  public static String size(double value) {
    if (!Double.isFinite(value)) {
      return MISSING;
    }
    return String.format(Locale.ROOT, value < 9.95 ? "%.1f" : "%,.0f", value);
  }

  public static String rate(double perSecond) {
    return Double.isFinite(perSecond) ? String.format(Locale.ROOT, "%.2f", perSecond) : MISSING;
  }

  /** A duration for people: {@code 0.4 s}, {@code 12 s}, {@code 3 min 12 s}, {@code 2 h 5 min}. */
  public static String seconds(double seconds) {
    if (!Double.isFinite(seconds)) {
      return MISSING;
    }
    if (seconds < 9.95) {
      return String.format(Locale.ROOT, "%.1f s", seconds);
    }
    long whole = Math.round(seconds);
    if (whole < 60) {
      return whole + " s";
    }
    return whole < 3600
        ? whole / 60 + " min " + whole % 60 + " s"
        : whole / 3600 + " h " + whole % 3600 / 60 + " min";
  }

  public static String duration(Duration duration) {
    return seconds(duration.toMillis() / 1000.0);
  }

  public static String time(Instant instant) {
    return MINUTES.format(instant);
  }

  /** The text, or {@link #MISSING} for null and blank. */
  public static String text(String text) {
    return text == null || text.isBlank() ? MISSING : text;
  }

  /** The first 280 characters; {@link #MISSING} for null. */
  public static String shortened(String text) {
    if (text == null) {
      return MISSING;
    }
    return text.codePointCount(0, text.length()) <= LONGEST_SAMPLE
        ? text
        : text.substring(0, text.offsetByCodePoints(0, LONGEST_SAMPLE)) + "…";
  }

  private static String plus(double value, String pattern) {
    double shown = Math.abs(value) < 0.0005 ? 0 : value; // no "-0.000"
    return String.format(Locale.ROOT, pattern, shown).replace('-', '\u2212');
  }
}
