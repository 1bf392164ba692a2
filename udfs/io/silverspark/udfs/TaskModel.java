package io.silverspark.udfs;

import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import java.io.Serializable;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * A model as seen from code that Spark ships: serialised as its specification, borrowed from the
 * {@link EncoderCache} at first use and given back when the task ends. Outside a task (Spark folds
 * constant expressions on the driver) each use borrows and gives back.
 *
 * @param <T> the kind of model
 */
final class TaskModel<T> implements Serializable {
  /** Borrows the model of a specification. */
  interface Source<T> extends Serializable {
    Lease<T> lease(EncodeSpec spec);
  }

  private final EncodeSpec spec;
  private final Source<T> source;
  private transient Lease<T> lease;

  private TaskModel(EncodeSpec spec, Source<T> source) {
    this.spec = spec;
    this.source = source;
  }

  static TaskModel<SentenceEncoder> sentenceEncoder(EncodeSpec spec) {
    return new TaskModel<>(spec, model -> EncoderCache.shared().sentenceEncoder(model));
  }

  static TaskModel<CrossEncoder> crossEncoder(EncodeSpec spec) {
    return new TaskModel<>(spec, model -> EncoderCache.shared().crossEncoder(model));
  }

  EncodeSpec spec() {
    return spec;
  }

  <R> R apply(Function<T, R> use) {
    TaskContext task = TaskContext.get();
    if (task == null) {
      try (Lease<T> once = source.lease(spec)) {
        return use.apply(once.model());
      }
    }
    return use.apply(borrowed(task).model());
  }

  private synchronized Lease<T> borrowed(TaskContext task) {
    if (lease == null) {
      Lease<T> opened = source.lease(spec);
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
