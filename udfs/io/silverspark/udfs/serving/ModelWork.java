package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.BatchListener;
import java.io.Serializable;
import java.util.Locale;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.util.LongAccumulator;

/**
 * What the tasks of one dataset have a model do, as named accumulators that Spark's UI shows on the
 * page of the stage, per task and in sum. Tasks that ran twice are counted twice; sums are read on
 * the driver once the job is done.
 *
 * @param texts texts or pairs
 * @param tokens of the texts, special ones included
 * @param padding tokens that were computed only to fill batches
 * @param milliseconds wall time in the model, copies included, summed over tasks
 * @param passes first thousand texts and the rest of the command that the dataset belongs to
 */
public record ModelWork(
    LongAccumulator texts,
    LongAccumulator tokens,
    LongAccumulator padding,
    LongAccumulator milliseconds,
    JobPasses passes)
    implements Serializable {

  /** Fresh counts for a dataset of this session. */
  public static ModelWork of(SparkSession spark, EncodeSpec spec) {
    SparkContext context = spark.sparkContext();
    String unit = spec.device().equals("cpu") ? "CPU" : "GPU";
    return new ModelWork(
        context.longAccumulator("texts"),
        context.longAccumulator("tokens"),
        context.longAccumulator("padding tokens"),
        context.longAccumulator(String.format(Locale.ROOT, "model ms on %s", unit)),
        JobPasses.of(context));
  }

  /** Counts in a task; to be asked for once per buffer of rows, from the task's thread. */
  public BatchListener listener() {
    ModelMetrics metrics = ModelMetrics.shared();
    BatchListener pass = passes.listener();
    return (count, real, padded, nanos) -> {
      metrics.ran(count, real, padded, nanos);
      pass.ran(count, real, padded, nanos);
      synchronized (this.texts) {
        texts.add(count);
        tokens.add(real);
        padding.add(padded - real);
        milliseconds.add(Math.round(nanos / 1e6));
      }
    };
  }
}
