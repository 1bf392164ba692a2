package io.silverspark.jobs.train;

import io.silverspark.jobs.config.CrossSettings;
import io.silverspark.jobs.config.ModelSettings;
import io.silverspark.jobs.config.TrainSettings;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.stage.RunLayout;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.model.config.Setting;
import io.silverspark.model.data.RankedDocuments;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.columns.PairScoring;
import io.silverspark.udfs.serving.EncodeSpec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The mined triplets as rows of an anchor, its positive and one or more negatives, where asked for
 * with the margins that a cross-encoder sees between positive and negatives.
 *
 * @param columns anchors, positives, then a column for each negative
 * @param margins by row, then by negative; null without a teacher
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record TripletRows(List<List<String>> columns, float[][] margins) {

  /** One mined triplet; the margin is 0 without a teacher. */
  record Mined(String anchor, String positive, String negative, float margin) {
    List<String> pair() {
      return List.of(anchor, positive);
    }
  }

  /**
   * Reads the table.
   *
   * @param withMargins whether the teacher scores the triplets, on the executors
   * @throws UserException if there is no row, or no anchor has enough negatives
   */
  static TripletRows read(JobContext context, StoredTable table, boolean withMargins) {
    return read(
        context, table, TrainSettings.HARD_NEGATIVES, withMargins ? teacher(context) : null);
  }

  /**
   * Reads the table.
   *
   * @param perRow how many negatives a row has
   * @param teacher a cross-encoder that scores the triplets on the executors, or null
   * @throws UserException if there is no row, or no anchor has enough negatives
   */
  static TripletRows read(
      JobContext context, StoredTable table, Setting<Integer> perRow, EncodeSpec teacher) {
    int negatives = context.get(perRow);
    List<List<Mined>> rows = rows(context, perRow, mined(table, teacher));
    if (rows.isEmpty()) {
      throw new UserException(
          "no anchor in %s has %d negatives, as %s asks; lower it, or run 'mine' with mine.negativesPerAnchor = %d"
              .formatted(table.path(), negatives, perRow, negatives));
    }
    return new TripletRows(columns(rows, negatives), teacher == null ? null : margins(rows));
  }

  /**
   * The texts of each anchor as pairs with label 1 or 0, each once: output format "labeled-pair" of
   * mine_hard_negatives.
   */
  static List<ScoredPair> labelledPairs(StoredTable table) {
    Map<List<String>, ScoredPair> pairs = new LinkedHashMap<>();
    for (Mined row : mined(table, null)) {
      pairs.putIfAbsent(row.pair(), new ScoredPair(row.anchor(), row.positive(), 1));
      pairs.putIfAbsent(
          List.of(row.anchor(), row.negative()), new ScoredPair(row.anchor(), row.negative(), 0));
    }
    return List.copyOf(pairs.values());
  }

  /**
   * Each anchor with a positive, label 1, and all its negatives, label 0: output format
   * "labeled-list" of mine_hard_negatives.
   */
  static List<RankedDocuments> lists(StoredTable table) {
    return byPair(mined(table, null)).values().stream()
        .map(
            rows -> {
              List<String> documents = new ArrayList<>(List.of(rows.get(0).positive()));
              List<Float> labels = new ArrayList<>(List.of(1f));
              rows.forEach(row -> documents.add(row.negative()));
              rows.forEach(row -> labels.add(0f));
              return new RankedDocuments(rows.get(0).anchor(), documents, labels);
            })
        .toList();
  }

  private static List<Mined> mined(StoredTable table, EncodeSpec teacher) {
    List<Mined> mined = collected(table, teacher);
    if (mined.isEmpty()) {
      throw new UserException(
          ("triplets in %s is empty: 'mine' found none; its output says why. Loosen its settings"
                  + " and run it again.")
              .formatted(table.path()));
    }
    return mined;
  }

  private static List<Mined> collected(StoredTable table, EncodeSpec teacher) {
    Dataset<Row> rows = table.read().select("row", "anchor", "positive", "negative").orderBy("row");
    if (teacher == null) {
      return rows.collectAsList().stream()
          .map(row -> new Mined(row.getString(1), row.getString(2), row.getString(3), 0))
          .toList();
    }
    Dataset<Row> positives =
        PairScoring.scorePairs(rows, "anchor", "positive", "positive_label", teacher);
    Dataset<Row> both =
        PairScoring.scorePairs(positives, "anchor", "negative", "negative_label", teacher);
    return both.orderBy("row").collectAsList().stream()
        .map(
            row ->
                new Mined(
                    row.getString(1),
                    row.getString(2),
                    row.getString(3),
                    row.getFloat(4) - row.getFloat(5)))
        .toList();
  }

  /** The cross-encoder of {@code train.teacher}, or the run's own. */
  static EncodeSpec teacher(JobContext context) {
    String reference = context.get(TrainSettings.TEACHER);
    if (reference.isBlank()) {
      Path own = RunLayout.of(context).model(RunLayout.CROSS_ENCODER);
      if (!Files.isDirectory(own)) {
        throw new UserException(
            "%s needs a cross-encoder: set train.teacher, or run 'train-cross' first; there is none in %s"
                .formatted(context.get(TrainSettings.LOSS), own));
      }
      reference = own.toString();
    }
    return EncodeSpec.of(reference)
        .withMatchClass(context.get(TrainSettings.MATCH_CLASS))
        .withPrecision(context.get(CrossSettings.PLAN.precision()))
        .withDevice(context.get(ModelSettings.DEVICE))
        .withMaxSequenceLength(context.get(ModelSettings.MAX_SEQ_LENGTH));
  }

  /** The mined triplets as rows of as many negatives as the setting says. */
  static List<List<Mined>> rows(JobContext context, Setting<Integer> perRow, List<Mined> mined) {
    int negatives = context.get(perRow);
    if (negatives == 1) {
      return mined.stream().map(List::of).toList();
    }
    return byPair(mined).values().stream()
        .filter(group -> group.size() >= negatives)
        .map(group -> group.subList(0, negatives))
        .toList();
  }

  private static Map<List<String>, List<Mined>> byPair(List<Mined> mined) {
    Map<List<String>, List<Mined>> byPair = new LinkedHashMap<>();
    for (Mined triplet : mined) {
      byPair.computeIfAbsent(triplet.pair(), pair -> new ArrayList<>()).add(triplet);
    }
    return byPair;
  }

  private static List<List<String>> columns(List<List<Mined>> rows, int negatives) {
    List<List<String>> columns = new ArrayList<>();
    columns.add(rows.stream().map(row -> row.get(0).anchor()).toList());
    columns.add(rows.stream().map(row -> row.get(0).positive()).toList());
    for (int i = 0; i < negatives; i++) {
      int negative = i;
      columns.add(rows.stream().map(row -> row.get(negative).negative()).toList());
    }
    return columns;
  }

  private static float[][] margins(List<List<Mined>> rows) {
    float[][] margins = new float[rows.size()][];
    for (int i = 0; i < margins.length; i++) {
      List<Mined> row = rows.get(i);
      margins[i] = new float[row.size()];
      for (int j = 0; j < row.size(); j++) {
        margins[i][j] = row.get(j).margin();
      }
    }
    return margins;
  }

  /** Anchors with their positives, each pair once. */
  List<List<String>> pairs() {
    Map<List<String>, Boolean> seen = new LinkedHashMap<>();
    for (int i = 0; i < columns.get(0).size(); i++) {
      seen.put(List.of(columns.get(0).get(i), columns.get(1).get(i)), true);
    }
    return List.of(
        seen.keySet().stream().map(pair -> pair.get(0)).toList(),
        seen.keySet().stream().map(pair -> pair.get(1)).toList());
  }
}
