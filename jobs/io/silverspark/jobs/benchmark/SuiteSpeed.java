package io.silverspark.jobs.benchmark;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.Precision;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.List;

/**
 * Rates without Spark: texts, scored pairs and trained pairs a second.
 *
 * @param work what is measured
 * @param precision of this measurement
 */
record SuiteSpeed(SuiteWork work, Precision precision) {
  void encode(SuiteNumbers numbers) {
    String key = "encode." + precision.title();
    List<String> texts = SuitePairs.texts(work.pairs().of(key, work.count() / 2));
    long begin = System.nanoTime();
    try (SentenceEncoder encoder = SentenceEncoder.load(work.model(), options())) {
      double load = Part.since(begin);
      String first = work.pairs().warmUp().get(0).first();
      CallPass pass = new CallPass(work.perCall(), work.repeats());
      numbers.put(key, pass.measure(load, first, texts, call -> encoder.encode(call).length), 1);
    }
  }

  void score(SuiteNumbers numbers) {
    String key = "score." + precision.title();
    List<ScoredPair> pairs = work.pairs().of(key, Math.max(CallPass.LEAST, work.count() / 2));
    long begin = System.nanoTime();
    try (CrossEncoder encoder = CrossEncoder.fromEncoder(work.model(), 1, Part.SEED, options())) {
      PassRates rates =
          new CallPass(work.perCall(), work.repeats())
              .measure(
                  Part.since(begin),
                  Part.unscored(work.pairs().warmUp()).get(0),
                  Part.unscored(pairs),
                  call -> encoder.scores(call).length);
      numbers.put(key, rates, 1);
    }
  }

  void train(int batchSize, SuiteNumbers numbers) {
    String key = "train.%s.batch%d".formatted(precision.title(), batchSize);
    StepPass pass = new StepPass(batchSize, options().workers(), work.repeats());
    List<ScoredPair> pairs = work.pairs().of(key, Math.max(pass.leastPairs(), work.count() / 8));
    long begin = System.nanoTime();
    try (SentenceEncoder encoder = SentenceEncoder.load(work.model(), options())) {
      double load = Part.since(begin);
      numbers.put(key, pass.measure(load, encoder, work.pairs().warmUp(), pairs), batchSize);
    }
  }

  private EncoderOptions options() {
    return work.options().withPrecision(precision);
  }
}
