package io.silverspark.jobs.report;

import java.util.List;
import java.util.Objects;

/**
 * A Delta table as the run left it: the lineage of the models.
 *
 * @param version Delta version read or written last
 * @param inputs what it was made from, such as {@code nli_pairs@3}
 */
public record TableVersion(String name, String path, long version, Long rows, List<String> inputs) {

  public TableVersion {
    Objects.requireNonNull(name, "name");
    path = path == null ? "" : path;
    inputs = inputs == null ? List.of() : List.copyOf(inputs);
  }
}
