package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * Texts whose columns are generated again in each epoch.
 *
 * @param originals by example
 * @param noise makes the columns
 */
record NoisyColumns(
    @SuppressWarnings("serial") List<TokenizedText> originals, // lists of the JDK are serializable
    @SuppressWarnings("serial") BatchNoise noise) // stays in its process, see Trainer
    implements TextColumns {
  @Override
  public int size() {
    return originals.size();
  }

  @Override
  public int count() {
    return noise.columnCount();
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples, int epoch) {
    List<TokenizedText> texts = Arrays.stream(examples).mapToObj(originals::get).toList();
    return noise.columns(texts, examples, epoch);
  }

  @Override
  public int tokens(int example) {
    return originals.get(example).length();
  }

  @Override
  public int fingerprint() {
    return 31 * originals.hashCode() + noise.description().hashCode();
  }
}
