package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.models.ModelOptions;
import io.silverspark.jobs.run.JobContext;
import io.silverspark.jobs.run.Progress;
import io.silverspark.jobs.run.SparkSessions;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import java.util.List;

/**
 * Where models run: on this machine or on the executors. Either fails with a {@link
 * io.silverspark.udfs.columns.NoNumbersException} among the causes if a model gives no number.
 */
interface ModelRuns {
  /** In this process if the master is local, else on the executors. */
  static ModelRuns of(JobContext context) {
    return SparkSessions.isLocal(context.settings())
        ? new DriverRuns(ModelOptions.of(context))
        : new ExecutorRuns(context);
  }

  /**
   * What a model gave and how long it took.
   *
   * @param seconds without loading the model
   */
  record Timed<T>(T result, double seconds) {}

  /**
   * Encodes texts with a sentence encoder.
   *
   * @param prompt in front of each
   * @param progress advanced by the number of texts done
   * @return [texts][width] in the order of {@code texts}
   */
  Timed<float[][]> encode(
      EvaluatedModel model, List<String> texts, Prompt prompt, Progress progress);

  /**
   * Encodes texts with a sparse encoder.
   *
   * @param prompt in front of each
   * @param maxActiveDims dimensions of a vector that are kept, the heaviest; 0: all
   * @param progress advanced by the number of texts done
   * @return one vector each, in the order of {@code texts}
   */
  Timed<List<SparseVector>> encodeSparse(
      EvaluatedModel model,
      List<String> texts,
      Prompt prompt,
      int maxActiveDims,
      Progress progress);

  /**
   * Scores pairs with a cross-encoder.
   *
   * @param matchClass the class whose probability is the score; empty: the one of its name
   * @param progress advanced by the number of pairs done
   * @return one prediction a pair, in the order of {@code pairs}
   */
  Timed<List<PairPrediction>> score(
      EvaluatedModel model, String matchClass, List<TextPair> pairs, Progress progress);
}
