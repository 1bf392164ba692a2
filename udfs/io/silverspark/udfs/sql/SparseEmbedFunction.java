package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.SparseEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import java.util.List;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;

/**
 * {@code embed} and its kin where the model is a sparse encoder: the same arguments, and {@link
 * SparseEmbedding#VECTOR} in place of {@code array<float>}.
 */
public final class SparseEmbedFunction implements ScalarFunction<InternalRow> {
  private final String name;
  private final List<TextFunction.Argument> arguments;
  private final int maxActiveDims;
  private final TaskModel<SentenceEncoder> model;

  /**
   * The function of a name.
   *
   * @param arguments one text, or with a second one the name of a prompt
   * @param spec a sparse encoder
   * @param maxActiveDims dimensions of a vector that are kept, the heaviest; 0: all
   */
  public SparseEmbedFunction(
      String name, List<TextFunction.Argument> arguments, EncodeSpec spec, int maxActiveDims) {
    this.name = name;
    this.arguments = List.copyOf(arguments);
    this.maxActiveDims = maxActiveDims;
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
  }

  @Override
  public InternalRow produceResult(InternalRow row) {
    String text = TextSimilarityFunction.text(row, 0);
    boolean named = arguments.size() == 2;
    String promptName = named ? TextSimilarityFunction.text(row, 1) : "";
    if (text == null || promptName == null) {
      return null;
    }
    Prompt prompt = named ? Prompt.namedOrNone(promptName) : model.spec().prompt();
    SparseVector vector =
        TextFunctions.encodeSparse(model, List.of(text), prompt, maxActiveDims).get(0);
    return new GenericInternalRow(
        new Object[] {
          UnsafeArrayData.fromPrimitiveArray(vector.indices()),
          UnsafeArrayData.fromPrimitiveArray(vector.values())
        });
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(arguments.toArray(TextFunction.Argument[]::new));
  }

  @Override
  public DataType resultType() {
    return SparseEmbedding.VECTOR;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String canonicalName() {
    return "silverspark.%s_sparse(%s, %d, %d)"
        .formatted(name, model.spec(), arguments.size(), maxActiveDims);
  }
}
