package io.silverspark.jobs.table;

import java.util.List;
import java.util.Optional;

/** Every table that jobs write, in the order of the pipeline. */
public final class AllTables {
  /** All definitions. */
  public static final List<TableDefinition> DEFINITIONS =
      List.of(
          NliPairsTable.DEFINITION,
          StsPairsTable.DEFINITION,
          IntentsTable.DEFINITION,
          PairsTable.DEFINITION,
          QuarantineTable.DEFINITION,
          TripletsTable.DEFINITION,
          CandidatePairsTable.DEFINITION,
          SilverPairsTable.DEFINITION,
          ModelsTable.DEFINITION,
          MetricsTable.DEFINITION);

  private AllTables() {}

  /** The table of a name, if jobs write one. */
  public static Optional<TableDefinition> named(String name) {
    return DEFINITIONS.stream().filter(table -> table.name().equals(name)).findFirst();
  }
}
