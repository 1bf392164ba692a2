package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.run.Progress;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.encoder.BatchListener;
import io.silverspark.model.encoder.CrossEncoder;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.PairPrediction;
import io.silverspark.model.encoder.SentenceEncoder;
import io.silverspark.model.encoder.SparseEncoder;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.sparse.SparseVector;
import io.silverspark.udfs.columns.FiniteNumbers;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * Runs models in this process, on all its cores.
 *
 * @param options the layers are those of each model
 */
record DriverRuns(EncoderOptions options) implements ModelRuns {
  private static final int CHUNK = 1024;
  private static final int WARM_UP = 32;

  @Override
  public Timed<float[][]> encode(
      EvaluatedModel model, List<String> texts, Prompt prompt, Progress progress) {
    float[][] vectors = new float[texts.size()][];
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model.reference(), options.withLayers(model.layers()))) {
      double seconds =
          run(
              texts,
              String::length,
              chunk ->
                  Arrays.asList(
                      FiniteNumbers.of(model.reference(), chunk, encoder.encode(chunk, prompt))),
              vectors,
              progress);
      return new Timed<>(vectors, seconds);
    }
  }

  @Override
  public Timed<List<SparseVector>> encodeSparse(
      EvaluatedModel model,
      List<String> texts,
      Prompt prompt,
      int maxActiveDims,
      Progress progress) {
    SparseVector[] vectors = new SparseVector[texts.size()];
    try (SparseEncoder encoder =
        SparseEncoder.load(model.reference(), options.withLayers(model.layers()))) {
      double seconds =
          run(
              texts,
              String::length,
              chunk ->
                  FiniteNumbers.ofSparse(
                      model.reference(),
                      chunk,
                      encoder.encode(chunk, prompt, maxActiveDims, BatchListener.NONE)),
              vectors,
              progress);
      return new Timed<>(List.of(vectors), seconds);
    }
  }

  @Override
  public Timed<List<PairPrediction>> score(
      EvaluatedModel model, String matchClass, List<TextPair> pairs, Progress progress) {
    PairPrediction[] predictions = new PairPrediction[pairs.size()];
    try (CrossEncoder encoder =
        CrossEncoder.load(
            model.reference(), options.withLayers(model.layers()).withMatchClass(matchClass))) {
      double seconds =
          run(
              pairs,
              pair -> pair.first().length() + pair.second().length(),
              chunk -> checked(model, chunk, encoder.predict(chunk)),
              predictions,
              progress);
      return new Timed<>(List.of(predictions), seconds);
    }
  }

  private static List<PairPrediction> checked(
      EvaluatedModel model, List<TextPair> pairs, List<PairPrediction> predictions) {
    for (int i = 0; i < pairs.size(); i++) {
      TextPair pair = pairs.get(i);
      float unused =
          FiniteNumbers.of(
              model.reference(), pair.first(), pair.second(), predictions.get(i).score());
    }
    return predictions;
  }

  /**
   * Runs chunks of like length, so that their batches need little padding, after a few inputs that
   * do not count. Gives the seconds.
   */
  private static <I, O> double run(
      List<I> inputs,
      ToIntFunction<I> length,
      Function<List<I>, List<O>> model,
      O[] outputs,
      Progress progress) {
    int[] byLength =
        IntStream.range(0, inputs.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> length.applyAsInt(inputs.get(i))))
            .mapToInt(Integer::intValue)
            .toArray();
    if (inputs.size() > WARM_UP) {
      var unused = model.apply(inputs.subList(0, WARM_UP));
    }
    long started = System.nanoTime();
    for (int from = 0; from < byLength.length; from += CHUNK) {
      int to = Math.min(byLength.length, from + CHUNK);
      List<O> chunk =
          model.apply(IntStream.range(from, to).mapToObj(i -> inputs.get(byLength[i])).toList());
      for (int i = from; i < to; i++) {
        outputs[byLength[i]] = chunk.get(i - from);
      }
      progress.advance(to - from);
    }
    return (System.nanoTime() - started) / 1e9;
  }
}
