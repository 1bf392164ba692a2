package io.silverspark.jobs.report;

import java.util.Objects;

/**
 * Rows of one input.
 *
 * @param source table or file set, such as {@code nli_pairs}
 * @param unlabelled rows left out because they have no gold label
 * @param quarantined malformed rows
 */
public record DataCount(String source, long read, long kept, long unlabelled, long quarantined) {
  public DataCount {
    Objects.requireNonNull(source, "source");
  }
}
