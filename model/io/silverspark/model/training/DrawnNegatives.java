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
 * alone. The texts of an example are its query, its positive and any number of hard negatives.
 *
 * @param tokenizer joins query and document to one sequence
 * @param negatives documents drawn for each query; all of the batch where there are not more
 * @param seed of the draws
 */
record DrawnNegatives(TextTokenizer tokenizer, int negatives, long seed)
    implements GeneratedColumns {
  @Override
  public int count(Examples originals) {
    return (int) Math.min(Integer.MAX_VALUE, originals.textCount() - 1L + negatives);
  }

  @Override
  public List<List<TokenizedText>> batch(Examples originals, int[] examples, int epoch) {
    List<List<String>> texts = originals.texts(examples);
    int[][] drawn = draw(examples, texts.size() - 1, epoch);
    List<List<TokenizedText>> columns = new ArrayList<>();
    columns.add(sequences(texts.get(0), texts.get(1)));
    for (int k = 0; k < drawn[0].length; k++) {
      columns.add(sequences(texts.get(0), drawn(texts, drawn, k)));
    }
    for (int column = 2; column < texts.size(); column++) {
      columns.add(sequences(texts.get(0), texts.get(column)));
    }
    return columns;
  }

  private List<TokenizedText> sequences(List<String> queries, List<String> documents) {
    List<TextPair> pairs = new ArrayList<>();
    for (int i = 0; i < queries.size(); i++) {
      pairs.add(new TextPair(queries.get(i), documents.get(i)));
    }
    return tokenizer.encodePairs(pairs);
  }

  private static List<String> drawn(List<List<String>> texts, int[][] drawn, int k) {
    int batch = drawn.length;
    return Arrays.stream(drawn)
        .map(documents -> texts.get(1 + documents[k] / batch).get(documents[k] % batch))
        .toList();
  }

  /** For each row of the batch distinct documents of other rows; document c * B + j. */
  private int[][] draw(int[] examples, int columns, int epoch) {
    int batch = examples.length;
    int documents = batch * columns;
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
  public int hash(int content) {
    return 31 * content + negatives;
  }
}
