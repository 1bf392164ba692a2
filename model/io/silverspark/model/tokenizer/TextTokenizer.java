package io.silverspark.model.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import io.silverspark.model.data.TextPair;
import io.silverspark.model.error.UserException;
import io.silverspark.model.files.TokenizerFiles;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.LongStream;

/**
 * A model's tokenizer.json with the model's own limit on the input, in place of the padding and
 * truncation that the file may fix.
 *
 * <p>Ids are those of Python's tokenizers library. Texts are never refused: an empty one yields the
 * special tokens alone, the literal {@code [SEP]} in a text becomes that special token, and a lone
 * surrogate (which Python cannot even pass on) counts as U+FFFD.
 *
 * <p>Texts are cut in Java: the library is asked for the ids of each text, cut to the limit, and
 * the special tokens are put around them here, so that one rule holds for single texts, pairs and
 * batches whatever the library's version.
 *
 * <p>Safe to share between threads. Holds native memory; whoever opens it closes it.
 */
public final class TextTokenizer implements ColumnTokenizer, AutoCloseable {
  private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

  /** Texts and characters handed over at once; bounds the native memory of long texts. */
  private static final int CHUNK_TEXTS = 1024;

  private static final int CHUNK_CHARACTERS = 1 << 20;

  /** Tokens of one word at most, so that the word at the limit is seen whole. */
  private static final int LONGEST_WORD = 100;

  private final HuggingFaceTokenizer tokenizer;
  private final int maxSeqLength;
  private final boolean keepsLast;
  private final SpecialTokens single;
  private final SpecialTokens pair;

  /** Keeps close() from freeing the native tokenizer under a running call. */
  private final ReadWriteLock open = new ReentrantReadWriteLock();

  private TextTokenizer(HuggingFaceTokenizer tokenizer, int maxSeqLength, TokenizerFiles files) {
    this.tokenizer = tokenizer;
    this.maxSeqLength = maxSeqLength;
    this.keepsLast = files.truncatesLeft();
    this.single = SpecialTokens.ofSingle(tokenizer, files.addsSpecialTokens());
    this.pair = SpecialTokens.ofPair(tokenizer, files.addsSpecialTokens());
  }

  /**
   * Opens a tokenizer.
   *
   * @param tokenizerJson content of a tokenizer.json
   * @param maxSeqLength longest result in tokens, special ones included
   * @return the tokenizer, to be closed by the caller
   * @throws UserException if the content is not a tokenizer
   * @throws IllegalArgumentException if the limit leaves no room beside the special tokens of a
   *     pair
   */
  public static TextTokenizer of(byte[] tokenizerJson, int maxSeqLength) {
    return of(TokenizerFiles.of(tokenizerJson), maxSeqLength);
  }

  /**
   * Opens the tokenizer of a model.
   *
   * @param files with the side on which texts are cut
   * @param maxSeqLength longest result in tokens, special ones included
   * @return the tokenizer, to be closed by the caller
   * @throws UserException if tokenizer.json is not a tokenizer
   * @throws IllegalArgumentException if the limit leaves no room beside the special tokens of a
   *     pair
   */
  public static TextTokenizer of(TokenizerFiles files, int maxSeqLength) {
    HuggingFaceTokenizer tokenizer = load(files, maxSeqLength);
    try {
      TextTokenizer opened = new TextTokenizer(tokenizer, maxSeqLength, files);
      if (maxSeqLength < opened.pair.count()) {
        throw new IllegalArgumentException(
            "maxSeqLength is %d, expected at least the %d special tokens of a pair"
                .formatted(maxSeqLength, opened.pair.count()));
      }
      return opened;
    } catch (RuntimeException e) {
      tokenizer.close();
      throw e;
    }
  }

  private static HuggingFaceTokenizer load(TokenizerFiles files, int maxSeqLength) {
    String limit = Integer.toString(maxSeqLength + LONGEST_WORD);
    Map<String, String> options =
        files.truncatesLeft() // the library would drop the tokens that are to be kept
            ? Map.of("padding", "false", "truncation", "false")
            : Map.of(
                "padding",
                "false",
                "truncation",
                "true",
                "maxLength",
                limit,
                "modelMaxLength",
                limit);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(files.json()), options);
    } catch (IOException | RuntimeException e) {
      throw new UserException("tokenizer.json is not a valid tokenizer: " + e.getMessage(), e);
    }
  }

  /**
   * The longest result.
   *
   * @return tokens, special ones included
   */
  public int maxSeqLength() {
    return maxSeqLength;
  }

  /** What stands around a single text. */
  SpecialTokens single() {
    return single;
  }

  /**
   * Tokenizes one text and keeps its first tokens, or its last ones if the model says so.
   *
   * @param text any length; may be empty
   * @return at most maxSeqLength ids
   * @throws IllegalArgumentException if the text is null
   */
  public TokenizedText encode(String text) {
    return encodeAll(List.of(text(text, 0))).get(0);
  }

  /**
   * Tokenizes texts.
   *
   * @param texts any number of them
   * @return one result per text, in order
   * @throws IllegalArgumentException if a text is null; the message names its index
   */
  public List<TokenizedText> encodeAll(List<String> texts) {
    String[] all = new String[texts.size()];
    int index = 0;
    for (String text : texts) {
      all[index] = text(text, index);
      index++;
    }
    int room = maxSeqLength - single.count();
    List<TokenizedText> encoded = new ArrayList<>(all.length);
    for (int[] ids : ids(all, new int[all.length])) {
      int[] kept = kept(ids, Math.min(ids.length, room));
      encoded.add(single.around(kept, kept.length));
    }
    return encoded;
  }

  /**
   * Puts the special tokens of a text around one token.
   *
   * @param id of the token
   * @return as a text of this token alone is tokenized
   */
  public TokenizedText around(int id) {
    return single.around(new int[] {id}, 1);
  }

  /**
   * Tokenizes texts behind a prompt: prompt and text are one string, cut to the limit as one.
   *
   * @param prompt put in front of each text as it is; empty: none
   * @param included whether pooling takes the tokens of the prompt too
   * @param texts any number of them
   * @return one result per text, in order
   * @throws IllegalArgumentException if a text is null; the message names its index
   */
  public List<TokenizedText> encodeAll(String prompt, boolean included, List<String> texts) {
    if (prompt.isEmpty()) {
      return encodeAll(texts);
    }
    List<String> prompted = new ArrayList<>(texts.size());
    for (String text : texts) {
      prompted.add(prompt + text(text, prompted.size()));
    }
    List<TokenizedText> encoded = encodeAll(prompted);
    if (included) {
      return encoded;
    }
    int tokens = promptTokens(prompt);
    return encoded.stream().map(text -> text.withPromptTokens(tokens)).toList();
  }

  /**
   * Tokens of a prompt, counted as sentence-transformers counts them: those of the prompt alone,
   * special tokens included, less the last one if it is special.
   */
  private int promptTokens(String prompt) {
    int[] ids = encode(prompt).inputIds();
    boolean closed = single.beforeFirst() < single.count() || isSpecial(ids[ids.length - 1]);
    return ids.length - (closed ? 1 : 0);
  }

  /** Whether decoding leaves an id out as a special token. */
  private boolean isSpecial(int id) {
    long[] ids = {id};
    open.readLock().lock();
    try {
      return tokenizer.decode(ids, true).isEmpty() && !tokenizer.decode(ids, false).isEmpty();
    } finally {
      open.readLock().unlock();
    }
  }

  /** The texts of a column without a prompt; see {@link #encodeAll(List)}. */
  @Override
  public List<TokenizedText> encodeColumn(int column, List<String> texts) {
    return encodeAll(texts);
  }

  /**
   * Tokenizes a pair, cut "longest first".
   *
   * @param first any length; may be empty
   * @param second any length; an empty one still gets its closing special token
   * @return at most maxSeqLength ids
   * @throws IllegalArgumentException if a text is null
   */
  public TokenizedText encodePair(String first, String second) {
    return encodePairs(List.of(new TextPair(first, second))).get(0);
  }

  /**
   * Tokenizes pairs, each cut "longest first": both texts are first cut behind the word that
   * reaches maxSeqLength ids (before it, where the last ones are kept); then, if they do not fit
   * beside the special tokens, the longer one is cut, or both to halves (the larger half goes to
   * the longer one, on a tie to the second).
   *
   * @param pairs any number of them
   * @return one result per pair, in order
   * @throws IllegalArgumentException if a pair is null
   */
  public List<TokenizedText> encodePairs(List<TextPair> pairs) {
    String[] texts = new String[2 * pairs.size()];
    int index = 0;
    for (TextPair next : pairs) {
      if (next == null) {
        throw new IllegalArgumentException("pair " + index / 2 + " is null");
      }
      texts[index++] = next.first();
      texts[index++] = next.second();
    }
    int[] lengths = new int[texts.length];
    int[][] ids = ids(texts, lengths);
    List<TokenizedText> encoded = new ArrayList<>(pairs.size());
    for (int i = 0; i < ids.length; i += 2) {
      encoded.add(assemble(ids[i], lengths[i], ids[i + 1], lengths[i + 1]));
    }
    return encoded;
  }

  private TokenizedText assemble(int[] first, int firstWhole, int[] second, int secondWhole) {
    int budget = maxSeqLength - pair.count();
    int firstLength = firstWhole;
    int secondLength = secondWhole;
    if (firstLength + secondLength > budget) {
      int shorter = Math.min(Math.min(firstLength, secondLength), budget / 2);
      boolean firstIsLonger = firstLength > secondLength;
      firstLength = firstIsLonger ? budget - shorter : shorter;
      secondLength = firstIsLonger ? shorter : budget - shorter;
    }
    return pair.around(
        kept(first, firstLength), firstLength, kept(second, secondLength), secondLength);
  }

  /** The tokens that a cut leaves. */
  private int[] kept(int[] ids, int length) {
    if (length == ids.length) {
      return ids;
    }
    int from = keepsLast ? ids.length - length : 0;
    return Arrays.copyOfRange(ids, from, from + length);
  }

  /**
   * Ids without special tokens, cut somewhere behind the limit.
   *
   * @param lengths takes, for each text, its tokens to the end of the word that reaches the limit
   */
  private int[][] ids(String[] texts, int[] lengths) {
    int[][] ids = new int[texts.length][];
    open.readLock().lock();
    try {
      for (int from = 0; from < texts.length; ) {
        int to = chunkEnd(texts, from);
        String[] chunk = new String[to - from];
        for (int i = from; i < to; i++) {
          chunk[i - from] = wellFormed(texts[i]);
        }
        encodeChunk(chunk, ids, lengths, from);
        from = to;
      }
    } finally {
      open.readLock().unlock();
    }
    return ids;
  }

  private static int chunkEnd(String[] texts, int from) {
    int end = from + 1;
    long characters = texts[from].length();
    while (end < texts.length && end - from < CHUNK_TEXTS) {
      characters += texts[end].length();
      if (characters > CHUNK_CHARACTERS) {
        break;
      }
      end++;
    }
    return end;
  }

  /**
   * HuggingFaceTokenizer.batchEncode without its copies of tokens, spans and masks, which take half
   * of its time.
   */
  private void encodeChunk(String[] chunk, int[][] ids, int[] lengths, int from) {
    long[] encodings = LIBRARY.batchEncode(tokenizer.getHandle(), chunk, false);
    try {
      for (int i = 0; i < encodings.length; i++) {
        ids[from + i] =
            LongStream.of(LIBRARY.getTokenIds(encodings[i])).mapToInt(id -> (int) id).toArray();
        int length = ids[from + i].length;
        lengths[from + i] =
            length <= maxSeqLength ? length : wholeWords(LIBRARY.getWordIds(encodings[i]));
      }
    } finally {
      LongStream.of(encodings).forEach(LIBRARY::deleteEncoding);
    }
  }

  /** The library stops at the end of a word once it has as many tokens as may be in the result. */
  private int wholeWords(long[] words) {
    int length = maxSeqLength;
    int step = keepsLast ? -1 : 1;
    int next = keepsLast ? words.length - 1 - length : length;
    while (next >= 0 && next < words.length && words[next] == words[next - step]) {
      length++;
      next += step;
    }
    return length;
  }

  private static String text(String text, int index) {
    if (text == null) {
      throw new IllegalArgumentException("text " + index + " is null, expected a String");
    }
    return text;
  }

  /** The text with each lone surrogate replaced by U+FFFD. */
  private static String wellFormed(String text) {
    int at = loneSurrogate(text, 0);
    if (at < 0) {
      return text;
    }
    StringBuilder repaired = new StringBuilder(text);
    for (; at >= 0; at = loneSurrogate(text, at + 1)) {
      repaired.setCharAt(at, '\uFFFD');
    }
    return repaired.toString();
  }

  private static int loneSurrogate(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      char unit = text.charAt(i);
      if (!Character.isSurrogate(unit)) {
        continue;
      }
      boolean paired =
          Character.isHighSurrogate(unit)
              && i + 1 < text.length()
              && Character.isLowSurrogate(text.charAt(i + 1));
      if (!paired) {
        return i;
      }
      i++;
    }
    return -1;
  }

  @Override
  public void close() {
    open.writeLock().lock();
    try {
      tokenizer.close();
    } finally {
      open.writeLock().unlock();
    }
  }
}
