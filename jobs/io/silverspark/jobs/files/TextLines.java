package io.silverspark.jobs.files;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Lines of a stream, one char per byte (Latin-1), so that a line with invalid UTF-8 can be
 * distinguished from its neighbours; {@link #decode} gives the text. Lines end with LF or CR LF; a
 * UTF-8 byte order mark is skipped. Whoever opens the stream closes it.
 */
public final class TextLines {
  /** A line and its number from 1. */
  public record Line(long number, String bytes) {}

  private static final String BYTE_ORDER_MARK = "\u00ef\u00bb\u00bf";

  private final InputStream in;
  private final Deque<Line> pushedBack = new ArrayDeque<>();
  private long number;

  /** Reads a stream from its beginning. */
  public TextLines(InputStream in) {
    this.in = new BufferedInputStream(in, 1 << 16);
  }

  /**
   * The next line, or null at the end.
   *
   * @throws LayoutException at the first line, if the stream is no text in UTF-8
   */
  public Line next() {
    if (!pushedBack.isEmpty()) {
      return pushedBack.pop();
    }
    try {
      if (number == 0) {
        requireText();
      }
      String line = read();
      if (line == null) {
        return null;
      }
      number++;
      boolean marked = number == 1 && line.startsWith(BYTE_ORDER_MARK);
      return new Line(number, marked ? line.substring(BYTE_ORDER_MARK.length()) : line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Puts a line before all others. */
  public void pushBack(Line line) {
    pushedBack.push(line);
  }

  /** The UTF-8 text of a piece of a line, or empty if it is not UTF-8. */
  public static Optional<String> decode(String bytes) {
    try {
      ByteBuffer buffer = ByteBuffer.wrap(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(buffer).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** The text with U+FFFD where it is not UTF-8. */
  public static String decodeLossy(String bytes) {
    return new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** What is wrong with a piece of a line that cannot be decoded. */
  public static String invalid(String bytes) {
    return TextEncoding.invalid(bytes.getBytes(StandardCharsets.ISO_8859_1));
  }

  private void requireText() throws IOException {
    in.mark(TextEncoding.PREFIX);
    byte[] prefix = in.readNBytes(TextEncoding.PREFIX);
    in.reset();
    Optional<String> problem = TextEncoding.problem(prefix);
    if (problem.isPresent()) {
      throw new LayoutException(problem.get());
    }
  }

  private String read() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(256);
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      line.write(next);
      next = in.read();
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }
}
