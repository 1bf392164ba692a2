package io.silverspark.udfs;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Adds a column of cross-encoder scores to rows of text pairs. */
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
    StructType schema = rows.schema();
    int first = Columns.text(schema, firstColumn);
    int second = Columns.text(schema, secondColumn);
    Columns.requireFree(schema, outputColumn);
    boolean nullable = spec.nullText() == NullText.KEEP;
    StructType output = schema.add(outputColumn, DataTypes.FloatType, nullable);
    return rows.mapPartitions(new ScorePartition(first, second, spec), Encoders.row(output));
  }

  private record ScorePartition(int first, int second, EncodeSpec spec)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskModel<CrossEncoder> model = TaskModel.crossEncoder(spec);
      return new RowBatches<>(rows, spec.bufferRows(), buffer -> score(buffer, model));
    }

    private List<Row> score(List<Row> rows, TaskModel<CrossEncoder> model) {
      List<TextPair> pairs = new ArrayList<>(rows.size());
      for (Row row : rows) {
        if (isComplete(row)) {
          pairs.add(new TextPair(row.getString(first), row.getString(second)));
        } else if (spec.nullText() == NullText.FAIL) {
          int missing = row.isNullAt(first) ? first : second;
          throw Columns.nullText(row.schema().fieldNames()[missing], row);
        }
      }
      float[] scores = model.apply(encoder -> encoder.scores(pairs));
      List<Row> result = new ArrayList<>(rows.size());
      int next = 0;
      for (Row row : rows) {
        result.add(Columns.append(row, isComplete(row) ? scores[next++] : null));
      }
      return result;
    }

    private boolean isComplete(Row row) {
      return !row.isNullAt(first) && !row.isNullAt(second);
    }
  }
}
