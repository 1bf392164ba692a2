package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.table.AllTables;
import io.silverspark.jobs.table.StoredTable;
import io.silverspark.jobs.table.TableDefinition;
import java.util.List;
import java.util.TreeMap;

/** What the tables of a run were made from, as their last commit says. */
final class TableVersions {
  /** All tables, in the order of the pipeline. */
  static final List<TableDefinition> ALL = AllTables.DEFINITIONS;

  private TableVersions() {}

  /** Such as {@code sts_pairs@0}; empty if the last commit says nothing. */
  static List<String> inputs(StoredTable table) {
    return table.provenance(table.version()).stream()
        .flatMap(commit -> new TreeMap<>(commit.inputs()).entrySet().stream())
        .map(input -> input.getKey() + "@" + input.getValue())
        .toList();
  }
}
