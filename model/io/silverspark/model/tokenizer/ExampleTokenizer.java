package io.silverspark.model.tokenizer;

import io.silverspark.model.files.TokenizerFiles;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * How a model tokenizes training examples, without the model: sent to the processes that do it.
 *
 * @param json content of tokenizer.json; do not modify
 * @param truncatesLeft whether a text that is too long keeps its last tokens
 * @param addsSpecialTokens whether special tokens stand around a text
 * @param maxSeqLength longest result in tokens, special ones included
 * @param prompts texts in front, by column; the last one holds for all further columns
 * @param includesPrompt whether pooling takes the tokens of the prompt too
 */
@SuppressWarnings("ArrayRecordComponent") // never compared; the bytes are handed on, not changed
public record ExampleTokenizer(
    byte[] json,
    boolean truncatesLeft,
    boolean addsSpecialTokens,
    int maxSeqLength,
    List<String> prompts,
    boolean includesPrompt)
    implements Serializable {

  /** Copies the list. */
  public ExampleTokenizer {
    prompts = List.copyOf(prompts);
  }

  /**
   * Of a model's files.
   *
   * @param files of the tokenizer
   * @param maxSeqLength longest result in tokens, special ones included
   * @param prompts at least one, by column; empty: none
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
        includesPrompt);
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

  /** SHA-256 of the tokenizer and how it is used, in hexadecimal. */
  public String digest() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(json);
      String rest =
          "%s %s %d %s %s"
              .formatted(truncatesLeft, addsSpecialTokens, maxSeqLength, prompts, includesPrompt);
      return HexFormat.of().formatHex(digest.digest(rest.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
