package io.silverspark.udfs.columns;

import io.silverspark.model.encoder.SentenceEncoder;
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
import org.apache.spark.sql.types.StructType;

/** Adds a column of embeddings to rows of text. */
public final class TextEmbedding {
  private TextEmbedding() {}

  /**
   * Embeds a text column. Lazy: the model runs when the result is used, and again each time it is
   * used, so write or cache what is needed twice.
   *
   * @param rows any columns; all are kept, in order
   * @param textColumn of type string
   * @param outputColumn new, of type {@code array<float>}, one vector per text
   * @param spec model and options; checked when the first task runs
   * @throws io.silverspark.model.error.UserException if a column is missing, has another type, or
   *     exists already
   */
  public static Dataset<Row> embed(
      Dataset<Row> rows, String textColumn, String outputColumn, EncodeSpec spec) {
    StructType schema = rows.schema();
    int text = Columns.text(schema, textColumn);
    Columns.requireFree(schema, outputColumn);
    boolean nullable = spec.nullText() == NullText.KEEP;
    StructType output = schema.add(outputColumn, Columns.VECTOR, nullable);
    ModelWork work = ModelWork.of(rows.sparkSession(), spec);
    return rows.mapPartitions(
        new EmbedPartition(text, textColumn, ShippedModel.of(rows.sparkSession(), spec), work),
        Encoders.row(output));
  }

  private record EmbedPartition(int text, String column, ShippedModel shipped, ModelWork work)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskModel<SentenceEncoder> model = TaskModel.sentenceEncoder(shipped);
      return new RowBatches<>(rows, shipped.spec().rowsAtATime(), buffer -> embed(buffer, model));
    }

    private List<Row> embed(List<Row> rows, TaskModel<SentenceEncoder> model) {
      List<String> texts = new ArrayList<>(rows.size());
      for (Row row : rows) {
        if (!row.isNullAt(text)) {
          texts.add(row.getString(text));
        } else if (shipped.spec().nullText() == NullText.FAIL) {
          throw Columns.nullText(column, row);
        }
      }
      float[][] vectors =
          FiniteNumbers.of(
              shipped.spec().model(),
              texts,
              model.apply(
                  encoder ->
                      encoder.encode(
                          texts,
                          shipped.spec().prompt(),
                          shipped.spec().longTexts(),
                          work.listener())));
      List<Row> result = new ArrayList<>(rows.size());
      int next = 0;
      for (Row row : rows) {
        result.add(Columns.append(row, row.isNullAt(text) ? null : vectors[next++]));
      }
      return result;
    }
  }
}
