package io.silverspark.model.tokenizer;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TokenizerFiles;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Splits texts in windows that a model takes: each has the special tokens around it and the prompt,
 * if there is one, in front. Holds a tokenizer without limit; whoever opens it closes it.
 */
public final class TextWindows implements AutoCloseable {
  private static final int NO_LIMIT = 1 << 30;

  private final TextTokenizer tokenizer;
  private final int most;

  private TextWindows(TextTokenizer tokenizer, int most) {
    this.tokenizer = tokenizer;
    this.most = most;
  }

  /**
   * Opens the tokenizer of a model.
   *
   * @param most tokens of a window, special ones included
   */
  public static TextWindows of(TokenizerFiles files, int most) {
    return new TextWindows(TextTokenizer.of(files, NO_LIMIT), most);
  }

  /**
   * The windows of each text; a text that fits is one window.
   *
   * @param prompt in front of each text, and of each window; empty: none
   * @param included whether pooling takes the tokens of the prompt
   * @param overlap tokens that a window repeats of the one before
   * @param once whether pooling leaves out, in all windows but the first, what stands before the
   *     tokens that are new
   * @throws UserException if prompt and overlap leave no room for new tokens
   */
  public List<List<TokenizedText>> split(
      String prompt, boolean included, List<String> texts, int overlap, boolean once) {
    SpecialTokens special = tokenizer.single();
    int[] repeated = content(tokenizer.encode(prompt), special);
    int room = most - special.count();
    if (room - repeated.length - overlap < 1) {
      throw new UserException(
          "windows of %d tokens leave no room beside %d special ones, %d of the prompt and %d that overlap"
              .formatted(most, special.count(), repeated.length, overlap));
    }
    int known = special.beforeFirst() + repeated.length + overlap;
    List<List<TokenizedText>> all = new ArrayList<>(texts.size());
    for (TokenizedText text : tokenizer.encodeAll(prompt, included, texts)) {
      int[] ids = content(text, special);
      int end = Math.min(ids.length, room);
      List<TokenizedText> windows = new ArrayList<>();
      windows.add(special.around(ids, end).withPromptTokens(text.promptTokens()));
      while (end < ids.length) {
        int start = end - overlap;
        end = Math.min(ids.length, start + room - repeated.length);
        int[] window = Arrays.copyOf(repeated, repeated.length + end - start);
        System.arraycopy(ids, start, window, repeated.length, end - start);
        windows.add(
            special
                .around(window, window.length)
                .withPromptTokens(once ? known : text.promptTokens()));
      }
      all.add(windows);
    }
    return all;
  }

  private static int[] content(TokenizedText text, SpecialTokens special) {
    int from = special.beforeFirst();
    return Arrays.copyOfRange(text.inputIds(), from, from + text.length() - special.count());
  }

  @Override
  public void close() {
    tokenizer.close();
  }
}
