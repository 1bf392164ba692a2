package io.silverspark.udfs.columns;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelWork;
import io.silverspark.udfs.serving.NullText;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Adds columns of cross-encoder output to rows of text pairs. */
public final class PairScoring {
  private PairScoring() {}

  /**
   * Scores two text columns against each other. Lazy, as {@link TextEmbedding#embed}.
   *
   * @param rows any columns; all are kept, in order
   * @param firstColumn of type string
   * @param secondColumn of type string
   * @param outputColumn new, of type float: {@link CrossEncoder#scores}, 0 to 1
   * @param spec a cross-encoder and options; checked when the first task runs
   * @throws io.silverspark.model.error.UserException if a column is missing, has another type, or
   *     exists already
   */
  public static Dataset<Row> scorePairs(
      Dataset<Row> rows,
      String firstColumn,
      String secondColumn,
      String outputColumn,
      EncodeSpec spec) {
    return scored(rows, firstColumn, secondColumn, List.of(outputColumn), spec);
  }

  /**
   * Scores two text columns against each other and says the class as well.
   *
   * @param rows any columns; all are kept, in order
   * @param firstColumn of type string
   * @param secondColumn of type string
   * @param scoreColumn new, as the output of {@link #scorePairs}
   * @param classColumn new, of type int: the class of greatest probability; 0 if the model has one
   *     label
   * @param spec a cross-encoder and options; checked when the first task runs
   * @throws io.silverspark.model.error.UserException if a column is missing, has another type, or
   *     exists already
   */
  public static Dataset<Row> classifyPairs(
      Dataset<Row> rows,
      String firstColumn,
      String secondColumn,
      String scoreColumn,
      String classColumn,
      EncodeSpec spec) {
    return scored(rows, firstColumn, secondColumn, List.of(scoreColumn, classColumn), spec);
  }

  /**
   * As {@link #classifyPairs}, but a pair that the model cannot score fails alone: score and class
   * are then null and a further column says why. A model that cannot be loaded fails the job.
   *
   * @param scoreColumn new, of type float, null where the pair failed
   * @param classColumn new, of type int, null where the pair failed
   * @param failureColumn new, of type string, null where the pair was scored
   */
  public static Dataset<Row> classifyEachPair(
      Dataset<Row> rows,
      String firstColumn,
      String secondColumn,
      String scoreColumn,
      String classColumn,
      String failureColumn,
      EncodeSpec spec) {
    StructType schema = rows.schema();
    int first = Columns.text(schema, firstColumn);
    int second = Columns.text(schema, secondColumn);
    List.of(scoreColumn, classColumn, failureColumn)
        .forEach(column -> Columns.requireFree(schema, column));
    StructType output =
        schema
            .add(scoreColumn, DataTypes.FloatType, true)
            .add(classColumn, DataTypes.IntegerType, true)
            .add(failureColumn, DataTypes.StringType, true);
    ModelWork work = ModelWork.of(rows.sparkSession(), spec);
    return rows.mapPartitions(
        new ScoreEach(first, second, ShippedModel.of(rows.sparkSession(), spec), work),
        Encoders.row(output));
  }

  private record ScoreEach(int first, int second, ShippedModel shipped, ModelWork work)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskModel<CrossEncoder> model = TaskModel.crossEncoder(shipped);
      return new RowBatches<>(rows, shipped.spec().rowsAtATime(), buffer -> score(buffer, model));
    }

    private List<Row> score(List<Row> rows, TaskModel<CrossEncoder> model) {
      List<TextPair> pairs =
          rows.stream()
              .map(row -> new TextPair(row.getString(first), row.getString(second)))
              .toList();
      List<ScoredOrFailed> outcomes =
          model.apply(
              encoder -> ScoredOrFailed.of(pairs, some -> encoder.predict(some, work.listener())));
      List<Row> result = new ArrayList<>(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        result.add(with(rows.get(i), outcomes.get(i)));
      }
      return result;
    }

    private static Row with(Row row, ScoredOrFailed outcome) {
      PairPrediction scored = outcome.prediction();
      Row withScore = Columns.append(row, scored == null ? null : scored.score());
      Row withClass = Columns.append(withScore, scored == null ? null : scored.label());
      return Columns.append(withClass, outcome.failure());
    }
  }

  private static Dataset<Row> scored(
      Dataset<Row> rows,
      String firstColumn,
      String secondColumn,
      List<String> outputs,
      EncodeSpec spec) {
    StructType schema = rows.schema();
    int first = Columns.text(schema, firstColumn);
    int second = Columns.text(schema, secondColumn);
    boolean nullable = spec.nullText() == NullText.KEEP;
    StructType output = schema;
    for (String column : outputs) {
      Columns.requireFree(output, column);
      DataType type = output == schema ? DataTypes.FloatType : DataTypes.IntegerType;
      output = output.add(column, type, nullable);
    }
    ModelWork work = ModelWork.of(rows.sparkSession(), spec);
    return rows.mapPartitions(
        new ScorePartition(
            first, second, outputs.size() > 1, ShippedModel.of(rows.sparkSession(), spec), work),
        Encoders.row(output));
  }

  private record ScorePartition(
      int first, int second, boolean withClass, ShippedModel shipped, ModelWork work)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskModel<CrossEncoder> model = TaskModel.crossEncoder(shipped);
      return new RowBatches<>(rows, shipped.spec().rowsAtATime(), buffer -> score(buffer, model));
    }

    private List<Row> score(List<Row> rows, TaskModel<CrossEncoder> model) {
      List<TextPair> pairs = new ArrayList<>(rows.size());
      for (Row row : rows) {
        if (isComplete(row)) {
          pairs.add(new TextPair(row.getString(first), row.getString(second)));
        } else if (shipped.spec().nullText() == NullText.FAIL) {
          int missing = row.isNullAt(first) ? first : second;
          throw Columns.nullText(row.schema().fieldNames()[missing], row);
        }
      }
      Iterator<PairPrediction> predictions =
          model.apply(encoder -> encoder.predict(pairs, work.listener())).iterator();
      List<Row> result = new ArrayList<>(rows.size());
      for (Row row : rows) {
        result.add(isComplete(row) ? with(row, predictions.next()) : with(row, null, null));
      }
      return result;
    }

    private Row with(Row row, PairPrediction prediction) {
      float score =
          FiniteNumbers.of(
              shipped.spec().model(),
              row.getString(first),
              row.getString(second),
              prediction.score());
      return with(row, score, prediction.label());
    }

    private Row with(Row row, Float score, Integer label) {
      Row scored = Columns.append(row, score);
      return withClass ? Columns.append(scored, label) : scored;
    }

    private boolean isComplete(Row row) {
      return !row.isNullAt(first) && !row.isNullAt(second);
    }
  }
}
