package io.silverspark.udfs.serving;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model as seen from code that Spark ships: serialised as the way to come by it, borrowed from
 * the {@link EncoderCache} at first use and given back when the task ends. Outside a task (Spark
 * folds constant expressions on the driver) each use borrows and gives back, or is sent to a task.
 *
 * @param <T> the kind of model
 */
public final class TaskModel<T> implements Serializable {
  /** Borrows a model. */
  interface Source<T> extends Serializable {
    Lease<T> lease(ShippedModel model);
  }

  /**
   * Uses a model, here or in a task.
   *
   * @param <R> what comes of it
   */
  @FunctionalInterface
  public interface Use<T, R extends Serializable> extends Serializable {
    /** Called once. */
    R of(T model);
  }

  private final ShippedModel model;
  private final Source<T> source;
  private transient Lease<T> lease;

  private TaskModel(ShippedModel model, Source<T> source) {
    this.model = model;
    this.source = source;
  }

  /** A sentence encoder. */
  public static TaskModel<SentenceEncoder> sentenceEncoder(ShippedModel model) {
    return new TaskModel<>(model, shipped -> EncoderCache.shared().sentenceEncoder(shipped));
  }

  /** A cross-encoder. */
  public static TaskModel<CrossEncoder> crossEncoder(ShippedModel model) {
    return new TaskModel<>(model, shipped -> EncoderCache.shared().crossEncoder(shipped));
  }

  /** Which model, and how it encodes. */
  public EncodeSpec spec() {
    return model.spec();
  }

  /** Uses the model: for the rest of the task inside of one, for this call outside. */
  public <R> R apply(Function<T, R> use) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (Lease<T> once = source.lease(model)) {
        return use.apply(once.model());
      }
    }
    return use.apply(borrowed(task).model());
  }

  /**
   * As {@link #apply}, for what Spark may compute on the driver, such as constants. Where only
   * tasks have the device of the model, one of its own does it, so that the result is that of any
   * other row.
   */
  public <R extends Serializable> R applyWhereItRuns(Use<T, R> use) {
    Optional<SparkContext> cluster =
        TaskDevice.isOfTasks(spec().device())
            ? DriverContext.get().filter(context -> !context.isLocal())
            : Optional.empty();
    if (cluster.isEmpty()) {
      return apply(use::of);
    }
    return JavaSparkContext.fromSparkContext(cluster.get())
        .parallelize(List.of(0), 1)
        .map(one -> new JavaSerialized<>(apply(use::of)))
        .collect()
        .get(0)
        .value();
  }

  private synchronized Lease<T> borrowed(TaskContext task) {
    if (lease == null) {
      Lease<T> opened = source.lease(model);
      lease = opened;
      task.addTaskCompletionListener((TaskCompletionListener) done -> giveBack(opened));
    }
    return lease;
  }

  private synchronized void giveBack(Lease<T> opened) {
    opened.close();
    if (lease == opened) {
      lease = null;
    }
  }
}
