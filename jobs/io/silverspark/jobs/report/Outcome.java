package io.silverspark.jobs.report;

/** What a paired comparison allows to say. */
public enum Outcome {
  BETTER("better"),
  WORSE("worse"),
  UNDECIDED("no statistically significant difference"),
  UNKNOWN("not measured");

  private final String text;

  Outcome(String text) {
    this.text = text;
  }

  /** As a reader sees it. */
  public String text() {
    return text;
  }
}
