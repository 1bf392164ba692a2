package io.silverspark.jobs.label;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.row_number;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

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
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/** What the record of {@code label} keeps for the report. */
public final class LabelDetails {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BINS = 20;
  private static final int SAMPLES_PER_LEVEL = 5;

  private LabelDetails() {}

  static JsonNode json(Dataset<Row> silver, long seed, Precision precision) {
    ObjectNode details = JSON.createObjectNode();
    details.put("precision", precision.title());
    details.set("silverLabels", JSON.valueToTree(histogram(silver)));
    details.set("silverPairs", JSON.valueToTree(samples(silver, seed)));
    return details;
  }

  /** Scores from 0 to 1 in 20 bins. */
  public static Histogram silverLabels(StageRecord record) {
    return JSON.convertValue(record.details().required("silverLabels"), Histogram.class);
  }

  /** Some pairs of each third of the scores, low ones first. */
  public static List<DataSummary.PairSample> silverPairs(StageRecord record) {
    List<DataSummary.PairSample> samples = new ArrayList<>();
    for (JsonNode json : record.details().path("silverPairs")) {
      samples.add(JSON.convertValue(json, DataSummary.PairSample.class));
    }
    return samples;
  }

  private static Histogram histogram(Dataset<Row> silver) {
    List<Long> counts = new ArrayList<>(Collections.nCopies(BINS, 0L));
    Column bin = floor(col("score").multiply(BINS));
    for (Row row : silver.groupBy(bin).count().collectAsList()) {
      int index = (int) Math.min(BINS - 1, row.getLong(0));
      counts.set(index, counts.get(index) + row.getLong(1));
    }
    return new Histogram(0, 1, counts);
  }

  private static List<DataSummary.PairSample> samples(Dataset<Row> silver, long seed) {
    Column level =
        when(col("score").lt(1 / 3.0), "low")
            .when(col("score").lt(2 / 3.0), "middle")
            .otherwise("high");
    Column place =
        row_number()
            .over(Window.partitionBy("level").orderBy(xxhash64(col("id"), lit(seed)), col("id")));
    return silver
        .withColumn("level", level)
        .withColumn("place", place)
        .where(col("place").leq(SAMPLES_PER_LEVEL))
        .orderBy("score", "id")
        .select("sentence1", "sentence2", "score", "level")
        .collectAsList()
        .stream()
        .map(
            row ->
                new DataSummary.PairSample(
                    row.getString(0), row.getString(1), row.getFloat(2), row.getString(3)))
        .toList();
  }
}
