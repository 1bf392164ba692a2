package io.silverspark.model.training;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.evaluation.CrossEncoderCorrelationEvaluator;
import io.silverspark.model.evaluation.RankCorrelation;
import io.silverspark.model.prompt.Prompt;
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
    double[] scores =
        encoder
            .similarity()
            .ofRows(encoder.encode(first, firstPrompt), encoder.encode(second, secondPrompt));
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
