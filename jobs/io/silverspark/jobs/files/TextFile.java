package io.silverspark.jobs.files;

import io.silverspark.jobs.files.TextLines.Line;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Texts of a local file in UTF-8: a text a line, or one field of a JSON object a line. An empty
 * line of plain text is an empty text; in JSON lines it is skipped.
 */
public final class TextFile implements TextSource {
  private final Path file;
  private final String field;
  private final InputStream stream;
  private final TextLines lines;

  private TextFile(Path file, String field) throws IOException {
    this.file = file;
    this.field = field;
    this.stream = Files.newInputStream(file);
    this.lines = new TextLines(stream);
  }

  /** Whether the ending is one that this class reads: .txt or .jsonl. */
  public static boolean reads(String file) {
    return file.endsWith(".txt") || file.endsWith(".jsonl");
  }

  /**
   * Opens a file. The caller closes it.
   *
   * @param field of the JSON objects; not used for plain text
   * @throws UserException if the file is missing, empty or no file
   */
  public static TextFile open(Path file, String field) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new UserException(file + (Files.exists(file) ? " is not a file." : " is missing."));
      }
      if (Files.size(file) == 0) {
        throw new UserException(file + " is empty, expected one text per line.");
      }
      return new TextFile(file, field);
    } catch (IOException e) {
      throw new UserException(file + " cannot be read: " + e, e);
    }
  }

  @Override
  public List<String> next(int most) {
    List<String> texts = new ArrayList<>();
    try {
      Line line = null;
      while (texts.size() < most && (line = lines.next()) != null) {
        String text = decoded(line);
        if (!isJson()) {
          texts.add(text);
        } else if (!text.isBlank()) {
          texts.add(field(line.number(), text));
        }
      }
    } catch (LayoutException e) {
      throw new UserException("%s: %s.".formatted(file, e.getMessage()), e);
    } catch (UncheckedIOException e) {
      throw new UserException(file + " cannot be read: " + e.getCause(), e);
    }
    return texts;
  }

  private boolean isJson() {
    return file.toString().endsWith(".jsonl");
  }

  private String decoded(Line line) {
    if (line.bytes().indexOf('\0') >= 0) {
      throw problem(line.number(), "a NUL byte, so this is not a text");
    }
    return TextLines.decode(line.bytes())
        .orElseThrow(
            () ->
                problem(
                    line.number(),
                    TextLines.invalid(line.bytes()) + ". Convert the file to UTF-8"));
  }

  private String field(long number, String line) {
    try {
      return JsonFields.requiredText(line, field);
    } catch (LayoutException e) {
      throw problem(number, e.getMessage() + ". --column names another field");
    }
  }

  private UserException problem(long number, String problem) {
    return new UserException("%s, line %d: %s.".formatted(file, number, problem));
  }

  @Override
  public void close() {
    try {
      stream.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
