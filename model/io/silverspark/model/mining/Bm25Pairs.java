package io.silverspark.model.mining;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Pairs each sentence with those that share its rare words, by BM25: the sampling strategy of that
 * name of Thakur et al. 2021, arXiv:2010.08240, section 3.1. A pair found from both sides is
 * proposed twice; the score of a proposal is BM25's and not a cosine.
 */
public final class Bm25Pairs implements CandidatePairs {
  private final long[] ids;
  private final String[] texts;
  private final int perSentence;
  private final Path directory;

  /**
   * Prepares the proposals.
   *
   * @param ids [C], distinct
   * @param texts [C]
   * @param perSentence most similar sentences for each, at least 1
   * @param directory new or empty, for the index
   */
  public Bm25Pairs(long[] ids, String[] texts, int perSentence, Path directory) {
    int[] order =
        IntStream.range(0, ids.length)
            .boxed()
            .sorted((one, other) -> Long.compare(ids[one], ids[other]))
            .mapToInt(Integer::intValue)
            .toArray();
    this.ids = Arrays.stream(order).mapToLong(row -> ids[row]).toArray();
    this.texts = Arrays.stream(order).mapToObj(row -> texts[row]).toArray(String[]::new);
    this.perSentence = perSentence;
    this.directory = directory;
  }

  @Override
  public List<CandidatePair> propose() {
    List<CandidatePair> pairs = new ArrayList<>();
    Bm25Statistics statistics = Bm25Index.statistics(Arrays.asList(texts));
    try (Bm25Index index = Bm25Index.build(directory, ids, texts, statistics)) {
      for (int row = 0; row < ids.length; row++) {
        TopK best = new TopK(perSentence);
        index.search(texts[row], ids[row], true, best);
        for (Neighbour found : best.bestFirst()) {
          pairs.add(
              CandidatePair.of(ids[row], found.id(), found.score(), CandidatePair.Origin.BM25));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the index " + directory, e);
    }
    return pairs;
  }
}
