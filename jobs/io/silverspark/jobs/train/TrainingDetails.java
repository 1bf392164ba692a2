package io.silverspark.jobs.train;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.jobs.gold.GoldPair;
import io.silverspark.jobs.report.Histogram;
import io.silverspark.jobs.report.TrainingCurve;
import io.silverspark.jobs.stage.StageRecord;
import java.util.List;

/** What the record of a training stage keeps for the report: the curve and the gold labels. */
public final class TrainingDetails {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BINS = 20;

  private TrainingDetails() {}

  static JsonNode json(TrainingCurve curve, List<GoldPair> gold) {
    ObjectNode details = JSON.createObjectNode();
    details.set("curve", JSON.valueToTree(curve));
    double[] scores = gold.stream().mapToDouble(GoldPair::score).toArray();
    details.set("goldLabels", JSON.valueToTree(Histogram.of(scores, 0, 1, BINS)));
    return details;
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
