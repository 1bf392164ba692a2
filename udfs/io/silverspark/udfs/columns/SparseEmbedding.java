package io.silverspark.udfs.columns;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.encoder.SparseEncoder.WeightedToken;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ModelWork;
import io.silverspark.udfs.serving.NullText;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.ml.linalg.SQLDataTypes;
import org.apache.spark.ml.linalg.Vectors;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import scala.collection.Seq;

/** Adds a column of sparse vectors to rows of text, and reads such columns. */
public final class SparseEmbedding {
  /** Type of a column of sparse vectors: rising ids of tokens, and their weights. */
  public static final StructType VECTOR =
      new StructType()
          .add("indices", DataTypes.createArrayType(DataTypes.IntegerType, false), false)
          .add("values", Columns.VECTOR, false);

  /** Type of a column of decoded vectors: tokens by falling weight. */
  public static final StructType TOKEN =
      new StructType()
          .add("token", DataTypes.StringType, false)
          .add("weight", DataTypes.FloatType, false);

  private SparseEmbedding() {}

  /** What stands in a column of vectors. */
  public enum Output {
    /** {@link #VECTOR}, which search takes. */
    STRUCT(VECTOR),
    /** A sparse vector of Spark ML as long as the vocabulary, which classifiers take. */
    ML_VECTOR(SQLDataTypes.VectorType());

    private final DataType type;

    Output(DataType type) {
      this.type = type;
    }

    private Object of(SparseVector vector, int dimension) {
      if (this == STRUCT) {
        return RowFactory.create(vector.indices(), vector.values());
      }
      double[] values = new double[vector.active()];
      for (int i = 0; i < values.length; i++) {
        values[i] = vector.values()[i];
      }
      return Vectors.sparse(dimension, vector.indices(), values);
    }
  }

  /**
   * Which numbers of a vector are kept, and how they are written.
   *
   * @param maxActiveDims dimensions of a vector that are kept, the heaviest; 0: all
   * @param decoded heaviest tokens in a column {@code tokens}; 0: no such column
   * @param normalized whether vectors are scaled to length 1
   * @param output of the column
   */
  public record Form(int maxActiveDims, int decoded, boolean normalized, Output output)
      implements java.io.Serializable {
    /** Whole vectors alone. */
    public static final Form WHOLE = new Form(0, 0);

    /** As the model gives them, in structs. */
    public Form(int maxActiveDims, int decoded) {
      this(maxActiveDims, decoded, false, Output.STRUCT);
    }
  }

  /**
   * Encodes a text column. Lazy: the model runs when the result is used, and again each time it is
   * used.
   *
   * @param rows any columns; all are kept, in order
   * @param textColumn of type string
   * @param outputColumn new, of the type of the form's output
   * @param spec a sparse encoder and options; checked when the first task runs
   * @param form of the vectors
   * @throws io.silverspark.model.error.UserException if a column is missing, has another type, or
   *     exists already
   */
  public static Dataset<Row> embed(
      Dataset<Row> rows, String textColumn, String outputColumn, EncodeSpec spec, Form form) {
    StructType schema = rows.schema();
    int text = Columns.text(schema, textColumn);
    Columns.requireFree(schema, outputColumn);
    boolean nullable = spec.nullText() == NullText.KEEP;
    StructType output = schema.add(outputColumn, form.output().type, nullable);
    if (form.decoded() > 0) {
      Columns.requireFree(output, "tokens");
      output = output.add("tokens", DataTypes.createArrayType(TOKEN, false), nullable);
    }
    return rows.mapPartitions(
        new EmbedPartition(
            text,
            textColumn,
            form,
            ShippedModel.of(rows.sparkSession(), spec),
            ModelWork.of(rows.sparkSession(), spec)),
        Encoders.row(output));
  }

  /** The vector in a column of a row. */
  public static SparseVector vector(Row row, int position) {
    Row struct = row.getStruct(position);
    Seq<?> indices = struct.getSeq(0);
    int[] ids = new int[indices.length()];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (Integer) indices.apply(i);
    }
    return new SparseVector(ids, Columns.floats(struct.getSeq(1)));
  }

  private record EmbedPartition(
      int text, String column, Form form, ShippedModel shipped, ModelWork work)
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
      List<Row> encoded = model.apply(encoder -> encoded(SparseEncoder.over(encoder), texts));
      List<Row> result = new ArrayList<>(rows.size());
      Iterator<Row> next = encoded.iterator();
      for (Row row : rows) {
        Row values = row.isNullAt(text) ? null : next.next();
        Row whole = Columns.append(row, values == null ? null : values.get(0));
        result.add(
            form.decoded() == 0
                ? whole
                : Columns.append(whole, values == null ? null : values.get(1)));
      }
      return result;
    }

    /** For each text its vector and, where wanted, its tokens. */
    private List<Row> encoded(SparseEncoder encoder, List<String> texts) {
      List<SparseVector> vectors =
          FiniteNumbers.ofSparse(
              shipped.spec().model(),
              texts,
              encoder.encode(
                  texts, shipped.spec().prompt(), form.maxActiveDims(), work.listener()));
      List<Row> rows = new ArrayList<>(vectors.size());
      for (SparseVector vector : vectors) {
        Object values =
            form.output().of(form.normalized() ? vector.normalized() : vector, encoder.dimension());
        rows.add(
            form.decoded() == 0
                ? RowFactory.create(values)
                : RowFactory.create(values, tokens(encoder.decode(vector, form.decoded()))));
      }
      return rows;
    }

    private static Row[] tokens(List<WeightedToken> tokens) {
      return tokens.stream()
          .map(token -> RowFactory.create(token.token(), token.weight()))
          .toArray(Row[]::new);
    }
  }
}
