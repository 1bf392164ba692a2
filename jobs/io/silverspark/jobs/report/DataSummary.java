package io.silverspark.jobs.report;

import java.util.List;
import java.util.Objects;

/**
 * What the run read, made and set aside. Histograms are null where there was nothing to count.
 *
 * @param goldLabels labels of the gold training pairs, scaled to 0..1 as the model sees them
 * @param silverLabels scores of the silver pairs, 0..1, the same bins
 * @param candidateSimilarities cosine of the candidate pairs before labelling
 */
public record DataSummary(
    List<DataCount> counts,
    List<QuarantineCount> quarantine,
    Histogram goldLabels,
    Histogram silverLabels,
    Histogram candidateSimilarities,
    List<TripletSample> triplets,
    List<PairSample> silverPairs) {

  public DataSummary {
    counts = counts == null ? List.of() : List.copyOf(counts);
    quarantine = quarantine == null ? List.of() : List.copyOf(quarantine);
    triplets = triplets == null ? List.of() : List.copyOf(triplets);
    silverPairs = silverPairs == null ? List.of() : List.copyOf(silverPairs);
  }

  /**
   * Rows of one input.
   *
   * @param source table or file set, such as {@code nli_pairs}
   * @param unlabelled rows left out because they have no gold label
   * @param quarantined malformed rows
   */
  public record DataCount(String source, long read, long kept, long unlabelled, long quarantined) {
    public DataCount {
      Objects.requireNonNull(source, "source");
    }
  }

  /** Rows of one input set aside for one reason. */
  public record QuarantineCount(String source, String reason, long rows) {
    public QuarantineCount {
      Objects.requireNonNull(source, "source");
      Objects.requireNonNull(reason, "reason");
    }
  }

  /**
   * A mined triplet to look at.
   *
   * @param positiveScore of anchor and positive, by the mining model or the cross-encoder
   * @param negativeScore of anchor and negative
   * @param kind such as {@code hard}
   */
  public record TripletSample(
      String anchor,
      String positive,
      String negative,
      double positiveScore,
      double negativeScore,
      String kind) {}

  /**
   * A silver pair to look at.
   *
   * @param score the cross-encoder's, 0 to 1
   * @param level {@code low}, {@code middle} or {@code high}
   */
  public record PairSample(String first, String second, double score, String level) {}
}
