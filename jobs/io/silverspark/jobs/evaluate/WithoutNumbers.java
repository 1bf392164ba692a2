package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.models.ExecutorModel;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.NoNumbersException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The measures of a model that gives no numbers, as after a training that diverged: those of any
 * model of its kind, undefined. Which measures a data set has is asked by outputs that are all
 * equal.
 *
 * @param reason in words
 */
record WithoutNumbers(String reason) {
  /** Whether a failure says so of this model; a teacher's failure is none of the model's. */
  static Optional<WithoutNumbers> of(EvaluatedModel model, Throwable failure) {
    List<String> names = List.of(model.reference(), ExecutorModel.located(model.reference()));
    return NoNumbersException.in(failure)
        .filter(broken -> names.contains(broken.model()))
        .map(broken -> new WithoutNumbers(broken.getMessage()));
  }

  /** Of a sentence encoder. */
  List<Measure> encoder(DataSetEvaluation task, Similarity similarity, int width) {
    List<String> texts = texts(task);
    float[] vector = new float[width];
    vector[0] = 1;
    float[][] vectors = new float[texts.size()][];
    Arrays.fill(vectors, vector);
    return undefined(task.measure(new TextVectors(texts, vectors, similarity)));
  }

  /** Of a sparse encoder. */
  List<Measure> sparse(DataSetEvaluation task, Similarity similarity, int dimension) {
    List<String> texts = texts(task);
    SparseVector vector = new SparseVector(new int[] {0}, new float[] {1});
    SparseTexts vectors = new SparseTexts(role -> Prompt.NONE, similarity, dimension);
    vectors.put(Prompt.NONE, texts, Collections.nCopies(texts.size(), vector));
    return undefined(task.measure(vectors));
  }

  /** Of a cross-encoder; none if the data set is nothing for it. */
  List<Measure> crossEncoder(DataSetEvaluation task, ClassNames classes, OptionalInt match) {
    List<TextPair> pairs = task.pairs();
    List<PairPrediction> scores = Collections.nCopies(pairs.size(), new PairPrediction(0.5f, 0));
    return pairs.isEmpty()
        ? List.of()
        : undefined(task.measure(new PairPredictions(pairs, scores, classes, match)));
  }

  private static List<String> texts(DataSetEvaluation task) {
    return task.texts().stream().map(EvaluatedText::text).distinct().toList();
  }

  /** The same measures without their values. */
  List<Measure> undefined(List<Measure> measures) {
    return measures.stream()
        .map(of -> Measure.undefined(of.metric(), of.name(), of.rows(), reason))
        .toList();
  }
}
