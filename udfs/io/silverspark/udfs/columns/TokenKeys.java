package io.silverspark.udfs.columns;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.xxhash64;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * What a model sees of a text, as a number: texts that differ only in what its tokenizer ignores
 * (case, accents or spaces, by the tokenizer's rules) or beyond its longest input have equal keys.
 */
public final class TokenKeys {
  private static final String TOKENS = "silverspark_tokens";

  private TokenKeys() {}

  /**
   * Adds the key of a text column. Lazy; texts are tokenized on the executors.
   *
   * @param rows any columns; all are kept, in order
   * @param textColumn of type string, without nulls
   * @param outputColumn new, of type bigint: xxhash64 of the token ids, cut as the model cuts them
   * @param spec the model
   * @throws io.silverspark.model.error.UserException if a column is missing, has another type, or
   *     exists already
   */
  public static Dataset<Row> add(
      Dataset<Row> rows, String textColumn, String outputColumn, EncodeSpec spec) {
    StructType schema = rows.schema();
    int text = Columns.text(schema, textColumn);
    Columns.requireFree(schema, outputColumn);
    StructType output = schema.add(TOKENS, DataTypes.createArrayType(DataTypes.IntegerType));
    return rows.mapPartitions(
            new TokenizePartition(text, ShippedModel.of(rows.sparkSession(), spec)),
            Encoders.row(output))
        .withColumn(outputColumn, xxhash64(col(TOKENS)))
        .drop(TOKENS);
  }

  private record TokenizePartition(int text, ShippedModel shipped)
      implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> rows) {
      TaskModel<SentenceEncoder> model = TaskModel.sentenceEncoder(shipped);
      return new RowBatches<>(rows, shipped.spec().rowsAtATime(), buffer -> tokens(buffer, model));
    }

    private List<Row> tokens(List<Row> rows, TaskModel<SentenceEncoder> model) {
      List<String> texts = rows.stream().map(row -> row.getString(text)).toList();
      List<TokenizedText> tokens = model.apply(encoder -> encoder.tokenizer().encodeAll(texts));
      List<Row> result = new ArrayList<>(rows.size());
      for (int i = 0; i < texts.size(); i++) {
        result.add(Columns.append(rows.get(i), tokens.get(i).inputIds()));
      }
      return result;
    }
  }
}
