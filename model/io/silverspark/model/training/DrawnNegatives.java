package io.silverspark.model.training;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.tokenizer.TextTokenizer;
import io.silverspark.model.tokenizer.TokenizedText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Sequences of a query with its positive, with documents of other rows of the batch, and with its
 * hard negatives, for a cross-encoder's ranking loss. The draw depends on seed, epoch and batch
 * alone.
 *
 * @param tokenizer joins query and document to one sequence
 * @param texts queries, positives, then any columns of hard negatives
 * @param negatives documents drawn for each query; all of the batch where there are not more
 * @param seed of the draws
 */
record DrawnNegatives(TextTokenizer tokenizer, List<List<String>> texts, int negatives, long seed)
    implements TextColumns {
  @Override
  public int size() {
    return texts.get(0).size();
  }

  @Override
  public int count() {
    return (int) Math.min(Integer.MAX_VALUE, texts.size() - 1L + negatives);
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples, int epoch) {
    int[][] drawn = draw(examples, epoch);
    List<List<TokenizedText>> columns = new ArrayList<>();
    columns.add(sequences(examples, texts.get(1), examples));
    for (int k = 0; k < drawn[0].length; k++) {
      columns.add(drawnSequences(examples, drawn, k));
    }
    for (int column = 2; column < texts.size(); column++) {
      columns.add(sequences(examples, texts.get(column), examples));
    }
    return columns;
  }

  private List<TokenizedText> sequences(int[] queries, List<String> documents, int[] rows) {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < queries.length; i++) {
      pairs.add(new TextPair(texts.get(0).get(queries[i]), documents.get(rows[i])));
    }
    return tokenizer.encodePairs(pairs);
  }

  private List<TokenizedText> drawnSequences(int[] examples, int[][] drawn, int k) {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < examples.length; i++) {
      int document = drawn[i][k];
      String text =
          texts.get(1 + document / examples.length).get(examples[document % examples.length]);
      pairs.add(new TextPair(texts.get(0).get(examples[i]), text));
    }
    return tokenizer.encodePairs(pairs);
  }

  /** For each row of the batch distinct documents of other rows; document c * B + j. */
  private int[][] draw(int[] examples, int epoch) {
    int batch = examples.length;
    int documents = batch * (texts.size() - 1);
    SplittableRandom random =
        new SplittableRandom((seed * 31 + epoch) * 31 + Arrays.hashCode(examples));
    int[][] drawn = new int[batch][];
    for (int row = 0; row < batch; row++) {
      int[] others = othersOf(row, batch, documents);
      int count = Math.min(negatives, others.length);
      for (int k = 0; k < count; k++) {
        int pick = random.nextInt(k, others.length);
        int swap = others[k];
        others[k] = others[pick];
        others[pick] = swap;
      }
      drawn[row] = Arrays.copyOf(others, count);
    }
    return drawn;
  }

  private static int[] othersOf(int row, int batch, int documents) {
    int[] others = new int[documents - documents / batch];
    int next = 0;
    for (int document = 0; document < documents; document++) {
      if (document % batch != row) {
        others[next++] = document;
      }
    }
    return others;
  }

  @Override
  public int tokens(int example) {
    return texts.get(0).get(example).length() + texts.get(1).get(example).length();
  }

  @Override
  public int fingerprint() {
    return 31 * texts.hashCode() + negatives;
  }
}
