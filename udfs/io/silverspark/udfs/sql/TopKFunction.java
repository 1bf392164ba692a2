package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.error.UserException;
import io.silverspark.model.mining.VectorSimilarity;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.quantization.EmbeddingPrecision;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import io.silverspark.udfs.sql.TextFunction.Argument;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.GenericArrayData;
import org.apache.spark.sql.connector.catalog.functions.AggregateFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code top_k(query, candidate, id, k)}: the ids of the k candidates of a group that are most
 * similar to the query, with their similarity, best first; equal scores by ascending id.
 *
 * <p>An aggregate, so each task keeps k rows and Spark merges them. Query and candidate are both
 * embeddings or both texts; texts are encoded in batches. A candidate may also be the bits of an
 * embedding, whose score is the sum of the query's components at its 1s. Rows with a null candidate
 * or id are left out.
 */
public final class TopKFunction implements AggregateFunction<TopKState, ArrayData> {
  private final TaskModel<SentenceEncoder> model;
  private final Prompt corpusPrompt;
  private final List<Argument> arguments;
  private final VectorSimilarity similarity;

  private TopKFunction(
      TaskModel<SentenceEncoder> model,
      Prompt corpusPrompt,
      List<Argument> arguments,
      VectorSimilarity similarity) {
    this.model = model;
    this.corpusPrompt = corpusPrompt;
    this.arguments = arguments;
    this.similarity = similarity;
  }

  /** Over stored embeddings. */
  public static TopKFunction ofVectors(Argument id, VectorSimilarity similarity) {
    return new TopKFunction(null, Prompt.NONE, arguments(Argument.VECTOR, id), similarity);
  }

  /**
   * Over stored bits, by embeddings.
   *
   * @param bits {@code BINARY} or {@code UBINARY}
   */
  public static TopKFunction ofBits(Argument bits, Argument id) {
    return new TopKFunction(null, Prompt.NONE, argumentsOfBits(bits, id), VectorSimilarity.DOT);
  }

  /**
   * Over texts, encoded by a model.
   *
   * @param queries model and prompt of the queries
   * @param corpusPrompt in front of each candidate
   */
  public static TopKFunction ofTexts(
      EncodeSpec queries, Prompt corpusPrompt, Argument id, VectorSimilarity similarity) {
    return new TopKFunction(
        TaskModel.sentenceEncoder(ShippedModel.of(queries)),
        corpusPrompt,
        arguments(Argument.TEXT, id),
        similarity);
  }

  /** The arguments of a signature: query, content, id and k. */
  public static List<Argument> arguments(Argument content, Argument id) {
    return List.of(content, content, id, Argument.COUNT);
  }

  /** The arguments of a signature over bits. */
  public static List<Argument> argumentsOfBits(Argument bits, Argument id) {
    return List.of(Argument.VECTOR, bits, id, Argument.COUNT);
  }

  @Override
  public TopKState newAggregationState() {
    return new TopKState(model, corpusPrompt, similarity);
  }

  @Override
  public TopKState update(TopKState state, InternalRow row) {
    if (row.isNullAt(3) || row.getInt(3) < 1) {
      throw new UserException(
          "top_k: k must be 1 or more, found " + (row.isNullAt(3) ? "null" : row.getInt(3)));
    }
    state.limit(row.getInt(3));
    if (row.isNullAt(0) || row.isNullAt(1) || row.isNullAt(2)) {
      return state;
    }
    switch (arguments.get(1)) {
      case VECTOR ->
          state.add(row.getArray(0).toFloatArray(), row.getArray(1).toFloatArray(), id(row));
      case BINARY ->
          state.add(
              row.getArray(0).toFloatArray(),
              row.getArray(1).toByteArray(),
              EmbeddingPrecision.BINARY,
              id(row));
      case UBINARY ->
          state.add(
              row.getArray(0).toFloatArray(),
              bytes(row.getArray(1).toShortArray()),
              EmbeddingPrecision.UBINARY,
              id(row));
      default ->
          state.add(row.getUTF8String(0).toString(), row.getUTF8String(1).toString(), id(row));
    }
    return state;
  }

  private static byte[] bytes(short[] numbers) {
    byte[] bytes = new byte[numbers.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) numbers[i];
    }
    return bytes;
  }

  private Comparable<?> id(InternalRow row) {
    return arguments.get(2) == Argument.ID
        ? (Comparable<?>) row.getLong(2)
        : row.getUTF8String(2).toString();
  }

  @Override
  public TopKState merge(TopKState left, TopKState right) {
    left.merge(right);
    return left;
  }

  @Override
  public ArrayData produceResult(TopKState state) {
    Object[] rows =
        state.bestFirst().stream()
            .map(
                hit ->
                    new GenericInternalRow(
                        new Object[] {
                          hit.id() instanceof String text ? UTF8String.fromString(text) : hit.id(),
                          hit.score()
                        }))
            .toArray();
    return new GenericArrayData(rows);
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(arguments.toArray(Argument[]::new));
  }

  @Override
  public DataType resultType() {
    StructType hit =
        new StructType()
            .add("id", arguments.get(2).type(), false)
            .add("score", DataTypes.FloatType, false);
    return DataTypes.createArrayType(hit, false);
  }

  @Override
  public boolean isResultNullable() {
    return false;
  }

  @Override
  public String name() {
    return "top_k";
  }

  @Override
  public String canonicalName() {
    return "silverspark.top_k("
        + arguments
        + ", "
        + (model == null ? "" : model.spec() + ", " + corpusPrompt + ", ")
        + similarity
        + ")";
  }
}
