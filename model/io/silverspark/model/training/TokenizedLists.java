package io.silverspark.model.training;

import io.silverspark.model.tokenizer.TokenizedText;
import java.util.Arrays;
import java.util.List;

/**
 * Queries with any number of documents, each document in one sequence with its query: one column
 * that has more rows than the batch has examples.
 *
 * @param lists by query, then by document
 */
record TokenizedLists(
    @SuppressWarnings("serial") List<List<TokenizedText>> lists) // lists of the JDK
    implements TextColumns {
  @Override
  public int count() {
    return 1;
  }

  @Override
  public int rows(int example) {
    return lists.get(example).size();
  }

  @Override
  public List<List<TokenizedText>> batch(int[] examples) {
    return List.of(
        Arrays.stream(examples).mapToObj(lists::get).<TokenizedText>flatMap(List::stream).toList());
  }

  @Override
  public int tokens(int example) {
    return lists.get(example).stream().mapToInt(TokenizedText::length).sum();
  }

  @Override
  public int fingerprint() {
    return lists.hashCode();
  }
}
