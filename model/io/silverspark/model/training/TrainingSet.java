package io.silverspark.model.training;

import io.silverspark.model.data.ScoredPair;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.data.Triplet;
import io.silverspark.model.error.UserException;
import io.silverspark.model.sampling.BatchSampler;
import io.silverspark.model.sampling.LengthGroupedSampler;
import io.silverspark.model.sampling.NoDuplicatesSampler;
import io.silverspark.model.sampling.ShuffledSampler;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Examples tokenised once: columns of texts, and labels where there are any.
 *
 * <p>A bi-encoder has one column per text of an example; a cross-encoder has one column that holds
 * the pair as one sequence.
 */
public final class TrainingSet implements Serializable {
  private static final long serialVersionUID = 1;

  @SuppressWarnings("serial") // lists of this class are serializable
  private final List<List<TokenizedText>> columns;

  private final float[] labels;
  private final int[][] textIds;

  private TrainingSet(List<List<TokenizedText>> columns, float[] labels, int[][] textIds) {
    this.columns = columns;
    this.labels = labels;
    this.textIds = textIds;
  }

  /**
   * Examples of any number of columns, each text a sequence of its own.
   *
   * @param tokenizer of the model to be trained
   * @param texts by column, then by example; all columns of the same size
   * @param labels by example, or null
   * @return the set
   * @throws UserException if there is no example, or columns and labels differ in size
   */
  public static TrainingSet of(TextTokenizer tokenizer, List<List<String>> texts, float[] labels) {
    checkSizes(texts, labels);
    return new TrainingSet(texts.stream().map(tokenizer::encodeAll).toList(), labels, ids(texts));
  }

  /** Pairs without labels: first text, second text. See {@link #of}. */
  public static TrainingSet ofPairs(TextTokenizer tokenizer, List<TextPair> pairs) {
    return of(
        tokenizer,
        List.of(
            pairs.stream().map(TextPair::first).toList(),
            pairs.stream().map(TextPair::second).toList()),
        null);
  }

  /** Pairs with a score or class: first text, second text. See {@link #of}. */
  public static TrainingSet ofScoredPairs(TextTokenizer tokenizer, List<ScoredPair> pairs) {
    return of(tokenizer, columns(pairs), scores(pairs));
  }

  /** Triplets: anchor, positive, negative. See {@link #of}. */
  public static TrainingSet ofTriplets(TextTokenizer tokenizer, List<Triplet> triplets) {
    return of(
        tokenizer,
        List.of(
            triplets.stream().map(Triplet::anchor).toList(),
            triplets.stream().map(Triplet::positive).toList(),
            triplets.stream().map(Triplet::negative).toList()),
        null);
  }

  /**
   * Pairs for a cross-encoder: one column, both texts in one sequence.
   *
   * @param tokenizer of the model to be trained
   * @param pairs with the score or class as label
   * @return the set
   * @throws UserException if there is no pair
   */
  public static TrainingSet forCrossEncoder(TextTokenizer tokenizer, List<ScoredPair> pairs) {
    List<List<String>> texts = columns(pairs);
    checkSizes(texts, null);
    List<TextPair> sequences =
        pairs.stream().map(pair -> new TextPair(pair.first(), pair.second())).toList();
    return new TrainingSet(List.of(tokenizer.encodePairs(sequences)), scores(pairs), ids(texts));
  }

  private static List<List<String>> columns(List<ScoredPair> pairs) {
    return List.of(
        pairs.stream().map(ScoredPair::first).toList(),
        pairs.stream().map(ScoredPair::second).toList());
  }

  private static float[] scores(List<ScoredPair> pairs) {
    float[] scores = new float[pairs.size()];
    for (int i = 0; i < scores.length; i++) {
      scores[i] = pairs.get(i).score();
    }
    return scores;
  }

  private static void checkSizes(List<List<String>> texts, float[] labels) {
    int size = texts.isEmpty() ? 0 : texts.get(0).size();
    if (size == 0) {
      throw new UserException("there is no training example: at least 1 is needed");
    }
    for (List<String> column : texts) {
      if (column.size() != size) {
        throw new UserException(
            "text columns differ in size: %d and %d examples".formatted(size, column.size()));
      }
    }
    if (labels != null && labels.length != size) {
      throw new UserException("%d examples have %d labels".formatted(size, labels.length));
    }
  }

  private static int[][] ids(List<List<String>> texts) {
    Map<String, Integer> known = new HashMap<>();
    int[][] ids = new int[texts.get(0).size()][texts.size()];
    for (int column = 0; column < texts.size(); column++) {
      for (int row = 0; row < ids.length; row++) {
        int next = known.size();
        ids[row][column] = known.computeIfAbsent(texts.get(column).get(row), text -> next);
      }
    }
    return ids;
  }

  /** Number of examples. */
  public int size() {
    return columns.get(0).size();
  }

  /** Number of columns that the model sees. */
  public int columnCount() {
    return columns.size();
  }

  /** Tokens of an example, over all columns. */
  int tokens(int example) {
    int tokens = 0;
    for (List<TokenizedText> column : columns) {
      tokens += column.get(example).length();
    }
    return tokens;
  }

  /** Labels by example, or null; not to be changed. */
  float[] labels() {
    return labels;
  }

  /** Sizes and a hash of tokens and labels, to tell one set from another. */
  String fingerprint() {
    int hash = Arrays.hashCode(labels);
    for (List<TokenizedText> column : columns) {
      hash = 31 * hash + column.hashCode();
    }
    return "examples=%d columns=%d hash=%08x".formatted(size(), columnCount(), hash);
  }

  /** The texts of one batch, by column. */
  List<List<TokenizedText>> batch(int[] examples) {
    List<List<TokenizedText>> batch = new ArrayList<>(columns.size());
    for (List<TokenizedText> column : columns) {
      List<TokenizedText> texts = new ArrayList<>(examples.length);
      for (int example : examples) {
        texts.add(column.get(example));
      }
      batch.add(texts);
    }
    return batch;
  }

  /** The labels of one batch, or null. */
  float[] batchLabels(int[] examples) {
    if (labels == null) {
      return null;
    }
    float[] batch = new float[examples.length];
    for (int i = 0; i < batch.length; i++) {
      batch[i] = labels[examples[i]];
    }
    return batch;
  }

  /** Random batches. */
  public BatchSampler shuffled(int batchSize, long seed) {
    return new ShuffledSampler(size(), batchSize, seed);
  }

  /** Random batches in which no text occurs in two examples. */
  public BatchSampler noDuplicates(int batchSize, long seed) {
    return new NoDuplicatesSampler(textIds, batchSize, seed);
  }

  /** Random batches of examples with a similar number of tokens over all columns. */
  public BatchSampler lengthGrouped(int batchSize, long seed) {
    int[] lengths = IntStream.range(0, size()).map(this::tokens).toArray();
    return new LengthGroupedSampler(lengths, batchSize, seed);
  }
}
