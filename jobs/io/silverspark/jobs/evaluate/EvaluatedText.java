package io.silverspark.jobs.evaluate;

import java.util.List;
import java.util.stream.Stream;

/**
 * A text that a sentence encoder encodes, with its part in the task, which decides its prompt.
 *
 * @param role what it is to the task
 */
record EvaluatedText(Role role, String text) {
  /** What a text is to its task. */
  enum Role {
    /** Compared with others of its kind, or classified. */
    TEXT,
    /** Searches. */
    QUERY,
    /** Is searched. */
    DOCUMENT
  }

  /** Texts of one role. */
  static Stream<EvaluatedText> of(Role role, List<String> texts) {
    return texts.stream().map(text -> new EvaluatedText(role, text));
  }
}
