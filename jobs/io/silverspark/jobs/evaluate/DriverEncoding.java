package io.silverspark.jobs.evaluate;

import io.silverspark.jobs.run.Progress;
import io.silverspark.model.encoder.EncoderOptions;
import io.silverspark.model.encoder.SentenceEncoder;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Encodes in this process, on all its cores.
 *
 * @param options the layers are those of each model
 */
record DriverEncoding(EncoderOptions options) implements TextEncoding {
  private static final int CHUNK = 1024;

  /** Texts of like length go together, so that batches of a chunk need little padding. */
  @Override
  public float[][] encode(EvaluatedModel model, List<String> texts, Progress progress) {
    float[][] vectors = new float[texts.size()][];
    int[] byLength =
        IntStream.range(0, texts.size())
            .boxed()
            .sorted(Comparator.comparingInt(i -> texts.get(i).length()))
            .mapToInt(Integer::intValue)
            .toArray();
    try (SentenceEncoder encoder =
        SentenceEncoder.load(model.reference(), options.withLayers(model.layers()))) {
      for (int from = 0; from < byLength.length; from += CHUNK) {
        int to = Math.min(byLength.length, from + CHUNK);
        float[][] chunk =
            encoder.encode(
                IntStream.range(from, to).mapToObj(i -> texts.get(byLength[i])).toList());
        for (int i = from; i < to; i++) {
          vectors[byLength[i]] = chunk[i - from];
        }
        progress.advance(to - from);
      }
    }
    return vectors;
  }
}
