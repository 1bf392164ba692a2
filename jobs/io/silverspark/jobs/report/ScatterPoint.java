package io.silverspark.jobs.report;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One test pair; in JSON {@code [gold, cosine]}.
 *
 * @param gold human score in the scale of the data set, 0 to 5 for STS-B
 * @param cosine -1 to 1
 */
@JsonFormat(shape = JsonFormat.Shape.ARRAY)
@JsonPropertyOrder({"gold", "cosine"})
public record ScatterPoint(double gold, double cosine) {

  /**
   * Points of two columns, rounded to four decimals to keep {@code metrics.json} small.
   *
   * @throws IllegalArgumentException if the lengths differ
   */
  public static List<ScatterPoint> of(double[] gold, double[] cosine) {
    if (gold.length != cosine.length) {
      throw new IllegalArgumentException(
          gold.length + " gold scores but " + cosine.length + " cosines");
    }
    return IntStream.range(0, gold.length)
        .mapToObj(i -> new ScatterPoint(rounded(gold[i]), rounded(cosine[i])))
        .toList();
  }

  private static double rounded(double value) {
    return Double.isFinite(value) ? Math.round(value * 1e4) / 1e4 : Double.NaN;
  }
}
