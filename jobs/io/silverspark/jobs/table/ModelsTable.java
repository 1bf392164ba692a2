package io.silverspark.jobs.table;

/** Lineage: every model with what it was made of. */
public final class ModelsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("models")
          .meaning("One trained or base model and where it came from")
          .writtenBy("train-bi")
          .column("id", "string", "hash of configuration, inputs and code version")
          .column("name", "string", "base, gold, silver, cross or another name in the run")
          .column("kind", "string", "bi-encoder or cross-encoder")
          .column("path", "string", "directory of the model or a model reference")
          .column("config", "string", "effective settings as JSON")
          .column("inputs", "string", "versions of the input tables as JSON")
          .column("metrics", "string", "training metrics as JSON")
          .column("created_at", "timestamp", "when the model was finished")
          .constraint("kind_known", "kind in ('bi-encoder', 'cross-encoder')")
          .build();

  private ModelsTable() {}
}
