package io.silverspark.jobs.benchmark;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** One kind of work. */
enum Part {
  /** Embeds texts. */
  ENCODE {
    @Override
    void measure(Measuring how, UnseenTexts unseen, ObjectNode result) {
      UnseenTexts.Items<String> texts = unseen.texts(how.count());
      long begin = System.nanoTime();
      try (SentenceEncoder encoder = SentenceEncoder.load(how.model(), how.options())) {
        PassRates rates =
            new CallPass(how.perCall(), how.repeats())
                .measure(
                    since(begin),
                    unseen.texts(1).items().get(0),
                    texts.items(),
                    call -> encoder.encode(call).length);
        describe(result, "texts", texts).put("textsPerCall", how.perCall());
        rates.put(result, "sentencesPerSecond");
      }
    }
  },

  /** Steps over the pairs with CosineSimilarityLoss, tokenizing included. */
  TRAIN {
    @Override
    void measure(Measuring how, UnseenTexts unseen, ObjectNode result) {
      StepPass pass = new StepPass(how.batchSize(), how.options().workers(), how.repeats());
      UnseenTexts.Items<ScoredPair> pairs =
          unseen.pairs(Math.max(pass.leastPairs(), how.count() / 2));
      long begin = System.nanoTime();
      try (SentenceEncoder encoder = SentenceEncoder.load(how.model(), how.options())) {
        PassRates rates =
            pass.measure(since(begin), encoder, unseen.pairs(2).items(), pairs.items());
        describe(result, "pairs", pairs).put("batchSize", how.batchSize());
        rates.put(result, "stepsPerSecond");
        PassRates.putAll(
            result,
            "pairsPerSecond",
            Arrays.stream(rates.steady()).map(rate -> rate * how.batchSize()).toArray());
      }
    }
  },

  /** Scores pairs with a cross-encoder of one label. */
  LABEL {
    @Override
    void measure(Measuring how, UnseenTexts unseen, ObjectNode result) {
      UnseenTexts.Items<ScoredPair> pairs = unseen.pairs(how.count());
      long begin = System.nanoTime();
      try (CrossEncoder encoder = CrossEncoder.fromEncoder(how.model(), 1, SEED, how.options())) {
        PassRates rates =
            new CallPass(how.perCall(), how.repeats())
                .measure(
                    since(begin),
                    unscored(unseen.pairs(1).items()).get(0),
                    unscored(pairs.items()),
                    call -> encoder.scores(call).length);
        describe(result, "pairs", pairs).put("pairsPerCall", how.perCall());
        rates.put(result, "pairsPerSecond");
      }
    }
  };

  /** Of a classifier's weights. */
  static final long SEED = 42;

  /** Does the work and puts its numbers into the result. */
  abstract void measure(Measuring how, UnseenTexts unseen, ObjectNode result);

  /** Key in the result. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  static List<TextPair> unscored(List<ScoredPair> pairs) {
    return pairs.stream().map(pair -> new TextPair(pair.first(), pair.second())).toList();
  }

  /** Seconds since a moment of {@link System#nanoTime}. */
  static double since(long begin) {
    return (System.nanoTime() - begin) / 1e9;
  }

  private static ObjectNode describe(ObjectNode result, String what, UnseenTexts.Items<?> items) {
    return result.put(what, items.items().size()).put("madeOfPieces", items.made());
  }
}
