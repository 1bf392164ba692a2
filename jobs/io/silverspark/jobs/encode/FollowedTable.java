package io.silverspark.jobs.encode;

import io.delta.tables.DeltaTable;
import io.silverspark.jobs.run.Console;
import io.silverspark.jobs.stream.FollowedStream;
import io.silverspark.model.error.UserException;
import io.silverspark.udfs.columns.TextEmbedding;
import io.silverspark.udfs.serving.EncodeSpec;
import io.silverspark.udfs.serving.NullText;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.Trigger;

/**
 * Embeds the rows of a Delta table as they arrive, into another Delta table: Structured Streaming
 * with {@link TextEmbedding} between a Delta source and a Delta sink. Each row is embedded exactly
 * once, also when the job is killed and started again: the checkpoint knows what was read, and the
 * sink skips a batch that it has already committed. A null text keeps a null embedding.
 *
 * @param input Delta table; rows are only added
 * @param output Delta table; made if it is not there
 * @param column with the texts
 * @param embedding new column
 * @param checkpoint directory of the progress; one per output
 * @param skipChanges ignores rows that were changed or deleted instead of stopping
 * @param quantization of the embeddings
 */
record FollowedTable(
    String input,
    String output,
    String column,
    String embedding,
    String checkpoint,
    boolean skipChanges,
    OutputQuantization quantization) {

  /** Where the progress lies unless told otherwise: beside the rows, where Delta ignores it. */
  static String checkpointOf(String output) {
    return output + "/_checkpoints/encode";
  }

  /**
   * Follows the table until the mode or the query ends.
   *
   * @param trigger when to look for new rows
   * @throws UserException if input, output or model do not fit each other, or rows were changed
   */
  void run(SparkSession spark, EncodeSpec spec, Trigger trigger, Console console) {
    Dataset<Row> rows = rows(spark, spec);
    StreamedModel.claim(spark, checkpoint, spec, column, quantization);
    new FollowedStream("encode", input, checkpoint, console)
        .run(
            () ->
                rows.writeStream()
                    .format("delta")
                    .outputMode("append")
                    .queryName("encode " + output)
                    .option("checkpointLocation", checkpoint)
                    .trigger(trigger)
                    .start(output),
            output);
  }

  private Dataset<Row> rows(SparkSession spark, EncodeSpec spec) {
    if (!DeltaTable.isDeltaTable(spark, input)) {
      throw new UserException(
          "--input '%s' is not a Delta table; --follow reads nothing else".formatted(input));
    }
    InputTexts.TABLES.requireTexts(spark.read().format("delta").load(input), input, column);
    Dataset<Row> source =
        spark.readStream().format("delta").option("skipChangeCommits", skipChanges).load(input);
    return quantization.of(
        TextEmbedding.embed(source, column, embedding, spec.withNullText(NullText.KEEP)),
        embedding);
  }
}
