package io.silverspark.jobs.encode;

import io.silverspark.model.encoder.LongTexts;
import io.silverspark.model.error.UserException;
import picocli.CommandLine.Option;

/** What a user says of texts with more tokens than the model takes. */
final class LongTextOptions {
  @Option(
      names = "--long-texts",
      paramLabel = "RULE",
      defaultValue = "cut",
      description =
          "Texts with more tokens than the model takes: cut, mean (the mean of the vectors of"
              + " overlapping windows) or late (the mean of all token vectors of the windows);"
              + " default cut.")
  private LongTexts.Pooling pooling = LongTexts.Pooling.CUT;

  @Option(
      names = "--window-overlap",
      paramLabel = "TOKENS",
      description =
          "With --long-texts mean or late: tokens that a window repeats of the one before; default"
              + " 32.")
  private Integer overlap;

  /**
   * The rule.
   *
   * @throws UserException if there are no windows to overlap, or the overlap is negative
   */
  LongTexts rule() {
    if (pooling == LongTexts.Pooling.CUT) {
      if (overlap != null) {
        throw new UserException(
            "--window-overlap is read with --long-texts mean or late only: leave it out");
      }
      return LongTexts.CUT;
    }
    if (overlap != null && overlap < 0) {
      throw new UserException("--window-overlap must be 0 or more, found " + overlap);
    }
    return new LongTexts(pooling, overlap == null ? LongTexts.OVERLAP : overlap);
  }
}
