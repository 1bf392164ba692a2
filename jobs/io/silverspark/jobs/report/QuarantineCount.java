package io.silverspark.jobs.report;

import java.util.Objects;

/** Rows of one input set aside for one reason. */
public record QuarantineCount(String source, String reason, long rows) {
  public QuarantineCount {
    Objects.requireNonNull(source, "source");
    Objects.requireNonNull(reason, "reason");
  }
}
