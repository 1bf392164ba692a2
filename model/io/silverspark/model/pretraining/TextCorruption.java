package io.silverspark.model.pretraining;

import io.silverspark.model.sampling.LegacyMersenneTwister;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.BatchNoise;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The training pairs of TSDAE: a sentence with words deleted, and the sentence itself. Each epoch
 * deletes other words.
 */
public final class TextCorruption implements BatchNoise {
  private final TextTokenizer tokenizer;
  private final WordDeletion deletion;
  private final long seed;

  /**
   * The corruption of a training set.
   *
   * @param tokenizer of the model to be trained; stays owned by the caller
   * @param deletion which words go
   * @param seed the same seed damages the same way
   */
  public TextCorruption(TextTokenizer tokenizer, WordDeletion deletion, long seed) {
    this.tokenizer = tokenizer;
    this.deletion = deletion;
    this.seed = seed;
  }

  @Override
  public int columnCount() {
    return 2;
  }

  @Override
  public boolean readsTexts() {
    return true;
  }

  @Override
  public List<List<TokenizedText>> columns(
      List<TokenizedText> originals, List<String> texts, int[] examples, int epoch) {
    List<String> damaged =
        IntStream.range(0, examples.length)
            .mapToObj(row -> damaged(texts.get(row), examples[row], epoch))
            .toList();
    return List.of(tokenizer.encodeAll(damaged), originals);
  }

  private String damaged(String text, int example, int epoch) {
    int own = (int) (NoiseSeed.of(seed, epoch, example) & Integer.MAX_VALUE);
    return deletion.apply(text, new LegacyMersenneTwister(own));
  }

  @Override
  public String description() {
    return "%s seed=%d".formatted(deletion, seed);
  }
}
