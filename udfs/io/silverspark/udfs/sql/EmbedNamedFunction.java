package io.silverspark.udfs.sql;

import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.udfs.columns.Columns;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.ShippedModel;
import io.silverspark.udfs.serving.TaskModel;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.connector.catalog.functions.ScalarFunction;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.unsafe.types.UTF8String;

/**
 * {@code embed(string, string)}: a text behind the model's prompt of a name. An empty name is no
 * prompt; a null argument gives null.
 */
public final class EmbedNamedFunction implements ScalarFunction<ArrayData> {
  private final TaskModel<SentenceEncoder> model;

  /** The function by a model whose prompts can be named. */
  public EmbedNamedFunction(EncodeSpec spec) {
    this.model = TaskModel.sentenceEncoder(ShippedModel.of(spec));
  }

  /** The embedding of a text behind a prompt, or null for null. */
  public ArrayData invoke(UTF8String text, UTF8String promptName) {
    if (text == null || promptName == null) {
      return null;
    }
    Prompt prompt = Prompt.namedOrNone(promptName.toString());
    return EmbedFunction.array(TextFunctions.embed(model, text.toString(), prompt));
  }

  @Override
  public DataType[] inputTypes() {
    return TextFunction.types(TextFunction.Argument.TEXT, TextFunction.Argument.TEXT);
  }

  @Override
  public DataType resultType() {
    return Columns.VECTOR;
  }

  @Override
  public String name() {
    return "embed";
  }

  @Override
  public String canonicalName() {
    return "silverspark.embed_named(" + model.spec() + ")";
  }
}
