package io.silverspark.model.pretraining;

import io.silverspark.model.encoder.PredictionPass;
import io.silverspark.model.files.TokenVocabulary;
import io.silverspark.model.tokenizer.TokenizedText;
import io.silverspark.model.training.BatchNoise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Masks tokens for a masked language model: each ordinary token is chosen with the probability; of
 * the chosen ones 80 % become the mask token, 10 % a random token of the vocabulary, 10 % stay as
 * they are. All chosen ones are to be predicted. Special tokens are never chosen.
 *
 * <p>Source: {@code DataCollatorForLanguageModeling} of Hugging Face transformers. Differs: a batch
 * in which no token was chosen, which would have no loss, gets one.
 */
public final class TokenMasking implements BatchNoise {
  /** The probability of the paper and of the library. */
  public static final double DEFAULT_PROBABILITY = 0.15;

  private static final double MASKED = 0.8;
  private static final double RANDOM = 0.1;

  private final TokenVocabulary vocabulary;
  private final double probability;
  private final long seed;

  /**
   * The masking of a training set.
   *
   * @param vocabulary of the model's tokenizer
   * @param probability of a token to be chosen, above 0 and at most 1
   * @param seed the same seed masks the same way
   */
  public TokenMasking(TokenVocabulary vocabulary, double probability, long seed) {
    if (!(probability > 0 && probability <= 1)) {
      throw new IllegalArgumentException(
          "probability must be above 0 and at most 1, found " + probability);
    }
    this.vocabulary = vocabulary;
    this.probability = probability;
    this.seed = seed;
  }

  @Override
  public int columnCount() {
    return 2;
  }

  @Override
  public boolean readsTexts() {
    return false;
  }

  /**
   * {@inheritDoc}
   *
   * <p>First column: masked texts. Second: the ids to predict, {@link PredictionPass#IGNORED}
   * elsewhere.
   */
  @Override
  public List<List<TokenizedText>> columns(
      List<TokenizedText> originals, List<String> texts, int[] examples, int epoch) {
    List<TokenizedText> inputs = new ArrayList<>();
    List<TokenizedText> targets = new ArrayList<>();
    boolean any = false;
    for (int row = 0; row < examples.length; row++) {
      TokenizedText text = originals.get(row);
      SplittableRandom random = new SplittableRandom(NoiseSeed.of(seed, epoch, examples[row]));
      int[] chosen = chosen(text, random);
      any |= chosen.length > 0;
      inputs.add(masked(text, chosen, random));
      targets.add(only(text, chosen));
    }
    if (!any) {
      int[] first = {first(originals.get(0))};
      inputs.set(0, masked(originals.get(0), first, new SplittableRandom(seed + epoch)));
      targets.set(0, only(originals.get(0), first));
    }
    return List.of(inputs, targets);
  }

  private int[] chosen(TokenizedText text, SplittableRandom random) {
    int[] positions = new int[text.length()];
    int count = 0;
    for (int i = 0; i < positions.length; i++) {
      if (isOrdinary(text.inputIds()[i]) && random.nextDouble() < probability) {
        positions[count++] = i;
      }
    }
    return Arrays.copyOf(positions, count);
  }

  private boolean isOrdinary(int id) {
    return !vocabulary.specialIds().contains(id);
  }

  private int first(TokenizedText text) {
    int[] ids = text.inputIds();
    for (int i = 0; i < ids.length; i++) {
      if (isOrdinary(ids[i])) {
        return i;
      }
    }
    return 0;
  }

  private TokenizedText masked(TokenizedText text, int[] chosen, SplittableRandom random) {
    int[] ids = text.inputIds().clone();
    for (int position : chosen) {
      double share = random.nextDouble();
      if (share < MASKED) {
        ids[position] = vocabulary.maskId();
      } else if (share < MASKED + RANDOM) {
        ids[position] = random.nextInt(vocabulary.size());
      }
    }
    return new TokenizedText(ids, text.tokenTypeIds());
  }

  private static TokenizedText only(TokenizedText text, int[] chosen) {
    int[] ids = new int[text.length()];
    Arrays.fill(ids, PredictionPass.IGNORED);
    for (int position : chosen) {
      ids[position] = text.inputIds()[position];
    }
    return new TokenizedText(ids, text.tokenTypeIds());
  }

  @Override
  public String description() {
    return "TokenMasking[probability=%s] seed=%d".formatted(probability, seed);
  }
}
