package io.silverspark.jobs.report;

import java.util.List;

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
}
