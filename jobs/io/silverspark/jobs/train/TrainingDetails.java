package io.silverspark.jobs.train;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.stage.StageRecord;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** What the record of a training stage keeps for the report: the curve and the gold labels. */
public final class TrainingDetails {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BINS = 20;

  private TrainingDetails() {}

  static JsonNode json(TrainingCurve curve, Histogram gold) {
    ObjectNode details = JSON.createObjectNode();
    details.set("curve", JSON.valueToTree(curve));
    details.set("goldLabels", JSON.valueToTree(gold));
    return details;
  }

  /** The scores of gold pairs, in the bins that the record keeps. */
  static Histogram scores(List<GoldPair> gold) {
    return Histogram.of(gold.stream().mapToDouble(GoldPair::score).toArray(), 0, 1, BINS);
  }

  /**
   * The same, counted by Spark.
   *
   * @param gold with a column {@code score} from 0 to 1
   */
  static Histogram scores(Dataset<Row> gold) {
    long[] counts = new long[BINS];
    gold.select(floor(col("score").cast("double").multiply(BINS)).as("bin"))
        .groupBy("bin")
        .count()
        .collectAsList()
        .forEach(row -> counts[(int) Math.min(BINS - 1, row.getLong(0))] += row.getLong(1));
    return new Histogram(0, 1, LongStream.of(counts).boxed().toList());
  }

  /**
   * The curve of a training stage.
   *
   * @param record of the stage
   * @return loss and scores by step
   */
  public static TrainingCurve curve(StageRecord record) {
    return JSON.convertValue(record.details().required("curve"), TrainingCurve.class);
  }

  /**
   * The labels that the stage learned from.
   *
   * @param record of the stage
   * @return scores from 0 to 1 in 20 bins
   */
  public static Histogram goldLabels(StageRecord record) {
    return JSON.convertValue(record.details().required("goldLabels"), Histogram.class);
  }
}
