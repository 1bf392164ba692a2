package io.silverspark.model.encoder;

import io.silverspark.model.error.UserException;
import io.silverspark.model.evaluation.Similarity;
import io.silverspark.model.files.ModelFiles;
import io.silverspark.model.files.ModelReference;
import io.silverspark.model.prompt.Prompt;
import io.silverspark.model.prompt.Prompts;
import io.silverspark.model.sparse.SparseVector;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A masked language model whose logits become a weight for each token of the vocabulary, most of
 * them 0 (SPLADE), as SparseEncoder of sentence-transformers.
 *
 * <p>{@link #encode} is safe to call from several threads. Closing frees the native memory.
 *
 * <p>Source: Formal et al. 2021, arXiv:2107.05720.
 */
public final class SparseEncoder implements AutoCloseable {
  private final SentenceEncoder encoder;
  private Map<Integer, String> tokens; // read by the first decode

  private SparseEncoder(SentenceEncoder encoder) {
    this.encoder = encoder;
  }

  /**
   * A token and its weight in a vector.
   *
   * @param token as the tokenizer writes it, such as {@code ##ing}
   * @param weight above 0
   */
  public record WeightedToken(String token, float weight) {}

  /**
   * Loads a sparse encoder, or puts max pooling on a masked language model. The caller closes it.
   *
   * @param reference a directory or a Hub id
   * @param options layers, precision, device, limit of tokens, workers
   * @return the encoder
   * @throws UserException if the model is unknown, unreadable or has no head of a masked language
   *     model, or the options do not fit it
   */
  public static SparseEncoder load(String reference, EncoderOptions options) {
    ModelFiles files = options.applyTo(ModelReference.open(reference));
    return new SparseEncoder(SentenceEncoder.of(files.asSparse(reference), options));
  }

  /**
   * A view of an encoder.
   *
   * @param encoder of a sparse model; closed with the result
   * @return the same model
   * @throws UserException if its model is no sparse encoder
   */
  public static SparseEncoder over(SentenceEncoder encoder) {
    if (!encoder.files().isSparse()) {
      throw new UserException(
          "the model is a sentence encoder, whose vectors have few components that are 0, expected a sparse encoder");
    }
    return new SparseEncoder(encoder);
  }

  /**
   * Encodes texts behind the model's default prompt, where it has one.
   *
   * @param texts any number, also empty texts; none null
   * @return one vector each, in the order of {@code texts}
   */
  public List<SparseVector> encode(List<String> texts) {
    return encode(texts, Prompt.DEFAULT, 0, BatchListener.NONE);
  }

  /**
   * Encodes texts behind a prompt.
   *
   * @param texts any number, also empty texts; none null
   * @param prompt the model's default, one of its prompts by name, or a text
   * @param maxActiveDims how many dimensions of a vector are kept, those with the largest weights;
   *     0 keeps all
   * @param listener hears of each batch
   * @return one vector each, in the order of {@code texts}
   * @throws UserException if the model has no prompt of that name, or {@code maxActiveDims} is
   *     negative
   */
  public List<SparseVector> encode(
      List<String> texts, Prompt prompt, int maxActiveDims, BatchListener listener) {
    if (maxActiveDims < 0) {
      throw new UserException(
          "max_active_dims is %d, expected 1 or more, or 0 for all".formatted(maxActiveDims));
    }
    List<SparseVector> vectors = new ArrayList<>(texts.size());
    for (float[] row : encoder.encodeLargest(texts, prompt, maxActiveDims, listener)) {
      vectors.add(vector(row));
    }
    return vectors;
  }

  /** Components in the order of their places, then these. */
  private static SparseVector vector(float[] row) {
    int width = row.length / 2;
    int active = 0;
    while (active < width && row[active] != 0) {
      active++;
    }
    int[] indices = new int[active];
    for (int i = 0; i < active; i++) {
      indices[i] = (int) row[width + i]; // exact: below 2^24
    }
    return new SparseVector(indices, Arrays.copyOf(row, active));
  }

  /**
   * The tokens of a vector by falling weight, as {@code decode} of sentence-transformers; of equal
   * weights the lower id comes first.
   *
   * @param vector of this model
   * @param topK how many at most; 0: all
   * @return tokens with their weights
   */
  public List<WeightedToken> decode(SparseVector vector, int topK) {
    Map<Integer, String> byId = tokens();
    return IntStream.range(0, vector.active())
        .boxed()
        .sorted(Comparator.comparingDouble(i -> -vector.values()[i]))
        .limit(topK == 0 ? Long.MAX_VALUE : topK)
        .map(i -> new WeightedToken(byId.getOrDefault(vector.indices()[i], ""), vector.values()[i]))
        .toList();
  }

  private synchronized Map<Integer, String> tokens() {
    if (tokens == null) {
      tokens = encoder.files().tokens();
    }
    return tokens;
  }

  /**
   * How many dimensions a vector has, most of them not active.
   *
   * @return size of the vocabulary
   */
  public int dimension() {
    return encoder.trainedDimension();
  }

  /**
   * How the model's vectors are compared, {@code similarity_fn_name} of its files.
   *
   * @return the dot product unless the model says otherwise
   */
  public Similarity similarity() {
    return encoder.similarity();
  }

  /**
   * The model's prompts.
   *
   * @return texts by name, and the name of the default
   */
  public Prompts prompts() {
    return encoder.prompts();
  }

  /**
   * Writes the model as a directory that SparseEncoder of sentence-transformers loads.
   *
   * @param directory replaced if it exists
   * @param modelCard content of its README.md
   */
  public void save(Path directory, String modelCard) {
    encoder.save(directory, modelCard);
  }

  @Override
  public void close() {
    encoder.close();
  }
}
