package io.silverspark.model.tokenizer;

import io.silverspark.model.data.TextPair;
import io.silverspark.model.files.TokenizerFiles;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How a model tokenizes training examples, without the model: sent to the processes that do it.
 *
 * @param json content of tokenizer.json; do not modify
 * @param truncatesLeft whether a text that is too long keeps its last tokens
 * @param addsSpecialTokens whether special tokens stand around a text
 * @param maxSeqLength longest result in tokens, special ones included
 * @param prompts texts in front, by column; the last one holds for all further columns
 * @param includesPrompt whether pooling takes the tokens of the prompt too
 * @param sequences which ones the texts of an example become
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are handed on, not changed
public record ExampleTokenizer(
    byte[] json,
    boolean truncatesLeft,
    boolean addsSpecialTokens,
    int maxSeqLength,
    List<String> prompts,
    boolean includesPrompt,
    Sequences sequences)
    implements Serializable {

  /** Which sequences the texts of an example become. */
  public enum Sequences {
    /** One for each text, as a sentence encoder reads it. */
    TEXTS,
    /** The first text with each other one, as a cross-encoder reads them. */
    PAIRS,
    /** The same for a query and any number of documents, which share a column. */
    LISTS,
    /** None: the texts are tokenized when a batch is made. */
    NONE
  }

  /** Copies the list. */
  public ExampleTokenizer {
    prompts = List.copyOf(prompts);
  }

  /**
   * Of a sentence encoder's files.
   *
   * @param files of the tokenizer
   * @param maxSeqLength longest result in tokens, special ones included
   * @param prompts at least one, by column; an empty text is none
   * @param includesPrompt whether pooling takes the tokens of the prompt too
   */
  public ExampleTokenizer(
      TokenizerFiles files, int maxSeqLength, List<String> prompts, boolean includesPrompt) {
    this(
        files.json(),
        files.truncatesLeft(),
        files.addsSpecialTokens(),
        maxSeqLength,
        prompts,
        includesPrompt,
        Sequences.TEXTS);
  }

  /** The same for examples that become other sequences. */
  public ExampleTokenizer with(Sequences other) {
    return new ExampleTokenizer(
        json, truncatesLeft, addsSpecialTokens, maxSeqLength, prompts, includesPrompt, other);
  }

  /** Opens the tokenizer; the caller closes it. */
  public TextTokenizer open() {
    TokenizerFiles files = new TokenizerFiles(json, truncatesLeft, Map.of(), "", addsSpecialTokens);
    return TextTokenizer.of(files, maxSeqLength);
  }

  /**
   * The columns by an opened tokenizer.
   *
   * @param tokenizer of these files; has to stay open
   */
  public ColumnTokenizer over(TextTokenizer tokenizer) {
    return (column, texts) ->
        tokenizer.encodeAll(
            prompts.get(Math.min(column, prompts.size() - 1)), includesPrompt, texts);
  }

  /**
   * The sequences of examples.
   *
   * @param tokenizer of these files
   * @param examples the texts of each; as many of all, but for lists
   * @return by example
   */
  public List<List<TokenizedText>> encode(TextTokenizer tokenizer, List<List<String>> examples) {
    return switch (sequences) {
      case TEXTS -> texts(over(tokenizer), examples);
      case PAIRS, LISTS -> pairs(tokenizer, examples);
      case NONE -> examples.stream().map(example -> List.<TokenizedText>of()).toList();
    };
  }

  private static List<List<TokenizedText>> texts(
      ColumnTokenizer tokenizer, List<List<String>> examples) {
    List<List<TokenizedText>> columns = new ArrayList<>();
    for (int i = 0; i < examples.get(0).size(); i++) {
      int column = i;
      columns.add(
          tokenizer.encodeColumn(i, examples.stream().map(texts -> texts.get(column)).toList()));
    }
    return IntStream.range(0, examples.size())
        .mapToObj(example -> columns.stream().map(column -> column.get(example)).toList())
        .toList();
  }

  private static List<List<TokenizedText>> pairs(
      TextTokenizer tokenizer, List<List<String>> examples) {
    List<TextPair> pairs =
        examples.stream()
            .flatMap(
                texts -> texts.stream().skip(1).map(other -> new TextPair(texts.get(0), other)))
            .toList();
    List<TokenizedText> encoded = tokenizer.encodePairs(pairs);
    List<List<TokenizedText>> sequences = new ArrayList<>();
    int start = 0;
    for (List<String> texts : examples) {
      int end = start + texts.size() - 1;
      sequences.add(encoded.subList(start, end));
      start = end;
    }
    return sequences;
  }

  /** SHA-256 of the tokenizer and how it is used, in hexadecimal. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(json);
      String rest =
          "%s %s %d %s %s %s"
              .formatted(
                  truncatesLeft,
                  addsSpecialTokens,
                  maxSeqLength,
                  prompts,
                  includesPrompt,
                  sequences);
      return HexFormat.of().formatHex(digest.digest(rest.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
