package io.silverspark.jobs.table;

/** Mined triplets. */
public final class TripletsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("triplets")
          .meaning("An anchor, a text that means the same and one that does not")
          .writtenBy("mine")
          .column("id", "bigint", "xxhash64 of anchor, positive and negative")
          .column("row", "bigint", "order for training, from 0")
          .column("anchor", "string", "premise")
          .column("positive", "string", "entailed hypothesis")
          .column("negative", "string", "mined text")
          .column("strategy", "string", "easy, semi-hard or hard")
          .nullableColumn("positive_score", "float", "similarity of anchor and positive")
          .nullableColumn("negative_score", "float", "similarity of anchor and negative")
          .nullableColumn("model", "string", "model that gave the scores")
          .constraint("strategy_known", "strategy in ('easy', 'semi-hard', 'hard')")
          .build();

  private TripletsTable() {}
}
