package io.silverspark.jobs.mine;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.report.DataSummary;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.stage.StageRecord;
import io.silverspark.model.encoder.Precision;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the record of {@code mine} keeps for the report. */
public final class MineDetails {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BINS = 24;
  private static final double LOWEST_COSINE = -0.2;
  private static final int SAMPLES = 12;

  private MineDetails() {}

  /**
   * Gathers the details.
   *
   * @param triplets rows of the table triplets
   * @param candidates rows of the table candidate_pairs
   * @param counts of the rows without triplet
   * @param precision of the embeddings
   */
  static JsonNode json(
      Dataset<Row> triplets, Dataset<Row> candidates, TripletCounts counts, Precision precision) {
    ObjectNode details = JSON.createObjectNode();
    details.put("precision", precision.title());
    details.set("triplets", JSON.valueToTree(samples(triplets)));
    details.set("rowsWithoutTriplet", JSON.valueToTree(counts.reasons()));
    histogram(candidates).ifPresent(h -> details.set("candidateSimilarities", JSON.valueToTree(h)));
    return details;
  }

  /** Cosines of the candidate pairs; empty if none was measured. */
  public static Optional<Histogram> candidateSimilarities(StageRecord record) {
    return Optional.ofNullable(record.details().get("candidateSimilarities"))
        .map(json -> JSON.convertValue(json, Histogram.class));
  }

  /** Some triplets, the first in training order. */
  public static List<DataSummary.TripletSample> triplets(StageRecord record) {
    List<DataSummary.TripletSample> samples = new ArrayList<>();
    for (JsonNode json : record.details().path("triplets")) {
      samples.add(JSON.convertValue(json, DataSummary.TripletSample.class));
    }
    return samples;
  }

  private static List<DataSummary.TripletSample> samples(Dataset<Row> triplets) {
    return triplets.where(col("row").lt(SAMPLES)).orderBy("row").collectAsList().stream()
        .map(
            row ->
                new DataSummary.TripletSample(
                    row.getAs("anchor"),
                    row.getAs("positive"),
                    row.getAs("negative"),
                    row.<Float>getAs("positive_score"),
                    row.<Float>getAs("negative_score"),
                    row.getAs("strategy")))
        .toList();
  }

  private static Optional<Histogram> histogram(Dataset<Row> candidates) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(BINS, 0L));
    Column bin = floor(col("similarity").minus(LOWEST_COSINE).multiply(BINS / (1 - LOWEST_COSINE)));
    for (Row row :
        candidates.where("similarity is not null").groupBy(bin).count().collectAsList()) {
      int index = (int) Math.max(0, Math.min(BINS - 1, row.getLong(0)));
      counts.set(index, counts.get(index) + row.getLong(1));
    }
    return counts.stream().allMatch(count -> count == 0)
        ? Optional.empty()
        : Optional.of(new Histogram(LOWEST_COSINE, 1, counts));
  }
}
