package io.silverspark.model.evaluation;

import java.util.stream.IntStream;

/**
 * Whether a sentence and its translation are each other's nearest by cosine: row i of the sources
 * belongs to row i of the targets. Of equal similarities the first counts.
 *
 * <p>Source: {@code TranslationEvaluator} of sentence-transformers. Every source is compared with
 * every target, on all cores.
 */
public final class TranslationEvaluator {
  private TranslationEvaluator() {}

  /**
   * Result of {@link TranslationEvaluator}.
   *
   * @param sourceToTarget whether the nearest target of each source is its translation
   * @param targetToSource whether the nearest source of each target is its translation
   */
  @SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
  public record Scores(boolean[] sourceToTarget, boolean[] targetToSource) {
    /** Share of sources that find their target: {@code src2trg_accuracy} there. */
    public RowStatistic sourceToTargetAccuracy() {
      return RowStatistic.accuracy(sourceToTarget);
    }

    /** Share of targets that find their source: {@code trg2src_accuracy} there. */
    public RowStatistic targetToSourceAccuracy() {
      return RowStatistic.accuracy(targetToSource);
    }

    /** Mean of the two, {@code mean_accuracy} there, which is the primary metric. */
    public RowStatistic meanAccuracy() {
      double[] means = new double[sourceToTarget.length];
      for (int row = 0; row < means.length; row++) {
        means[row] = (sourceToTarget[row] ? 0.5 : 0) + (targetToSource[row] ? 0.5 : 0);
      }
      return RowStatistic.mean(means);
    }
  }

  /**
   * Searches in both directions.
   *
   * @param sources [rows][width] embeddings, any norm
   * @param targets [rows][width] embeddings of the translations
   * @throws IllegalArgumentException if the shapes differ
   */
  public static Scores evaluate(float[][] sources, float[][] targets) {
    EmbeddingRows.checkAligned("sources", sources, "targets", targets);
    float[][] first = EmbeddingRows.normalized(sources);
    float[][] second = EmbeddingRows.normalized(targets);
    return new Scores(found(first, second), found(second, first));
  }

  private static boolean[] found(float[][] queries, float[][] corpus) {
    boolean[] found = new boolean[queries.length];
    IntStream.range(0, queries.length)
        .parallel()
        .forEach(row -> found[row] = nearest(queries[row], corpus) == row);
    return found;
  }

  private static int nearest(float[] query, float[][] corpus) {
    int best = 0;
    double highest = Double.NEGATIVE_INFINITY;
    for (int row = 0; row < corpus.length; row++) {
      double score = Similarity.DOT.of(query, corpus[row]);
      if (score > highest) {
        highest = score;
        best = row;
      }
    }
    return best;
  }
}
