package io.silverspark.model.training;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.evaluation.CrossEncoderCorrelationEvaluator;
import io.silverspark.model.evaluation.RankCorrelation;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Pairs with gold scores that a model is measured on while it is trained.
 *
 * @param first first sentences
 * @param second second sentences
 * @param gold their scores, any scale
 * @param firstPrompt in front of the first sentences; cross-encoders have none
 * @param secondPrompt in front of the second ones
 */
public record ValidationPairs(
    List<String> first,
    List<String> second,
    List<Double> gold,
    Prompt firstPrompt,
    Prompt secondPrompt)
    implements Serializable {

  /** Spearman correlation of the model's similarity, with its present weights, with gold. */
  public double spearman(SentenceEncoder encoder) {
    if (encoder.files().isSparse()) {
      return sparse(SparseEncoder.over(encoder));
    }
    double[] scores =
        encoder
            .similarity()
            .ofRows(encoder.encode(first, firstPrompt), encoder.encode(second, secondPrompt));
    return RankCorrelation.spearman(scores, wanted());
  }

  private double sparse(SparseEncoder encoder) {
    List<SparseVector> one = encoder.encode(first, firstPrompt, 0, BatchListener.NONE);
    List<SparseVector> other = encoder.encode(second, secondPrompt, 0, BatchListener.NONE);
    double[] scores = new double[one.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = one.get(i).similarity(encoder.similarity(), other.get(i));
    }
    return RankCorrelation.spearman(scores, wanted());
  }

  /** Spearman correlation of the model's scores, with its present weights, with gold. */
  public double spearman(CrossEncoder encoder) {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < first.size(); i++) {
      pairs.add(new TextPair(first.get(i), second.get(i)));
    }
    return CrossEncoderCorrelationEvaluator.evaluate(encoder.scores(pairs), wanted()).spearman();
  }

  private double[] wanted() {
    return gold.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
