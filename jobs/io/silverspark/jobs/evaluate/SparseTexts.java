package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.evaluate.EvaluatedText.Role;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ClassNames;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.model.sparse.SparsityStatistics;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/** Vectors of a sparse encoder by text and prompt. */
final class SparseTexts {
  private final Function<Role, Prompt> prompts;
  private final Similarity similarity;
  private final int dimension;
  private final Map<Prompt, Map<String, SparseVector>> byPrompt = new HashMap<>();

  /**
   * Without vectors yet.
   *
   * @param prompts the prompt of each role
   * @param similarity of the model
   * @param dimension size of its vocabulary
   */
  SparseTexts(Function<Role, Prompt> prompts, Similarity similarity, int dimension) {
    this.prompts = prompts;
    this.similarity = similarity;
    this.dimension = dimension;
  }

  /** Puts distinct texts behind one prompt and their vectors together. */
  void put(Prompt prompt, List<String> texts, List<SparseVector> vectors) {
    Map<String, SparseVector> byText = new HashMap<>(2 * vectors.size());
    for (int i = 0; i < vectors.size(); i++) {
      byText.put(texts.get(i), vectors.get(i));
    }
    byPrompt.put(prompt, byText);
  }

  /** The model's own way to compare vectors. */
  Similarity similarity() {
    return similarity;
  }

  /** Vectors of some texts. */
  List<SparseVector> of(Role role, List<String> texts) {
    Map<String, SparseVector> byText = byPrompt.getOrDefault(prompts.apply(role), Map.of());
    return texts.stream().map(byText::get).toList();
  }

  /** How sparse the vectors of some texts are. */
  SparsityStatistics sparsity(Role role, List<String> texts) {
    return SparsityStatistics.of(of(role, texts), dimension);
  }

  /** The similarities of a data set's pairs, as what a cross-encoder would say of them. */
  PairPredictions similarities(DataSetEvaluation task) {
    boolean searched = task.texts().stream().anyMatch(text -> text.role() == Role.QUERY);
    List<TextPair> pairs = task.pairs();
    List<SparseVector> first =
        of(searched ? Role.QUERY : Role.TEXT, pairs.stream().map(TextPair::first).toList());
    List<SparseVector> second =
        of(searched ? Role.DOCUMENT : Role.TEXT, pairs.stream().map(TextPair::second).toList());
    List<PairPrediction> scores = new ArrayList<>(pairs.size());
    for (int i = 0; i < first.size(); i++) {
      scores.add(new PairPrediction((float) first.get(i).similarity(similarity, second.get(i)), 0));
    }
    return new PairPredictions(pairs, scores, ClassNames.ofNumber(1), OptionalInt.empty());
  }

  /** How sparse the vectors of a data set are, each text as often as it occurs. */
  List<Measure> sparsity(DataSetEvaluation task) {
    List<SparseVector> all =
        task.texts().stream().map(text -> of(text.role(), List.of(text.text())).get(0)).toList();
    return new SparsityMeasures(task.dataset(), task.dataset())
        .of(SparsityStatistics.of(all, dimension), all.size());
  }
}
