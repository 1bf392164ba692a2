package io.silverspark.model.pretraining;

import io.silverspark.model.sampling.LegacyMersenneTwister;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.BatchNoise;
import java.util.Arrays;
import java.util.List;

/**
 * The training pairs of TSDAE: a sentence with words deleted, and the sentence itself. Each epoch
 * deletes other words.
 */
public final class TextCorruption implements BatchNoise {
  private final TextTokenizer tokenizer;
  private final List<String> texts;
  private final WordDeletion deletion;
  private final long seed;

  /**
   * The corruption of a training set.
   *
   * @param tokenizer of the model to be trained; stays owned by the caller
   * @param texts of the training set, by example
   * @param deletion which words go
   * @param seed the same seed damages the same way
   */
  public TextCorruption(
      TextTokenizer tokenizer, List<String> texts, WordDeletion deletion, long seed) {
    this.tokenizer = tokenizer;
    this.texts = List.copyOf(texts);
    this.deletion = deletion;
    this.seed = seed;
  }

  @Override
  public int columnCount() {
    return 2;
  }

  @Override
  public List<List<TokenizedText>> columns(
      List<TokenizedText> originals, int[] examples, int epoch) {
    List<String> damaged =
        Arrays.stream(examples).mapToObj(example -> damaged(example, epoch)).toList();
    return List.of(tokenizer.encodeAll(damaged), originals);
  }

  private String damaged(int example, int epoch) {
    int own = (int) (NoiseSeed.of(seed, epoch, example) & Integer.MAX_VALUE);
    return deletion.apply(texts.get(example), new LegacyMersenneTwister(own));
  }

  @Override
  public String description() {
    return "%s seed=%d".formatted(deletion, seed);
  }
}
