package io.silverspark.model.prompt;

import io.silverspark.model.error.UserException;
import java.io.Serializable;
import java.util.Optional;

/**
 * Which prompt stands in front of the texts of one call: the model's default, one of the model's by
 * name, or a given text. {@link Prompts#text} finds its text for a model.
 *
 * @param kind what {@code value} is
 * @param value a name, a text, or empty for {@link Kind#DEFAULT}
 */
public record Prompt(Kind kind, String value) implements Serializable {
  private static final long serialVersionUID = 1;

  /** How a prompt is chosen. */
  public enum Kind {
    /** The model's {@code default_prompt_name}, or none where it has no default. */
    DEFAULT,
    /** The model's prompt of a name. */
    NAMED,
    /** A text that need not be known to the model. */
    TEXT
  }

  /** The model's own default, as {@code encode} of sentence-transformers. */
  public static final Prompt DEFAULT = new Prompt(Kind.DEFAULT, "");

  /** No prompt, whatever the model's default is. */
  public static final Prompt NONE = of("");

  /** The model's prompt "query", as {@code encode_query} of sentence-transformers. */
  public static final Prompt QUERY = named("query");

  /** The model's prompt "document", as {@code encode_document} of sentence-transformers. */
  public static final Prompt DOCUMENT = named("document");

  /** Refuses a prompt without value, and a name that is empty, as a programming error. */
  public Prompt {
    if (kind == Kind.NAMED && value.isEmpty()) {
      throw new IllegalArgumentException("the name of a prompt is empty, expected a name");
    }
  }

  /**
   * A prompt of the model.
   *
   * @param name a key of the model's {@code prompts}; "query" and "document" are known to every
   *     model
   * @return the choice; {@link Prompts#text} refuses a name that the model does not have
   */
  public static Prompt named(String name) {
    return new Prompt(Kind.NAMED, name);
  }

  /**
   * A given text.
   *
   * @param text put in front of each text as it is, so a space between them is part of it; empty:
   *     no prompt
   * @return the choice
   */
  public static Prompt of(String text) {
    return new Prompt(Kind.TEXT, text);
  }

  /**
   * The choice of two settings: a text, or a name.
   *
   * @param text empty: not set; an empty text is no prompt
   * @param name empty: not set; an empty name is no prompt
   * @param otherwise where neither is set
   * @param where names of both settings, for the message
   * @return the choice
   * @throws UserException if both are set
   */
  public static Prompt chosen(
      Optional<String> text, Optional<String> name, Prompt otherwise, String where) {
    if (text.isPresent() && name.isPresent()) {
      throw new UserException(
          "%s are both set ('%s' and '%s'), but only one may be"
              .formatted(where, text.get(), name.get()));
    }
    return text.map(Prompt::of).or(() -> name.map(Prompt::namedOrNone)).orElse(otherwise);
  }

  /**
   * A prompt of the model, where an empty name is no prompt.
   *
   * @param name a key of the model's {@code prompts}, or empty
   * @return the choice
   */
  public static Prompt namedOrNone(String name) {
    return name.isEmpty() ? NONE : named(name);
  }

  /**
   * In words, for plans, errors and keys: {@code default}, {@code named query}, {@code "query: "}.
   */
  @Override
  public String toString() {
    return switch (kind) {
      case DEFAULT -> "default";
      case NAMED -> "named " + value;
      case TEXT -> value.isEmpty() ? "none" : '"' + value.replace("\n", "\\n") + '"';
    };
  }
}
