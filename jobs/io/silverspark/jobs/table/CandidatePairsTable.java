package io.silverspark.jobs.table;

/** Unlabelled pairs chosen for silver labels. */
public final class CandidatePairsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("candidate_pairs")
          .meaning("Two sentences that the cross-encoder is to score")
          .writtenBy("mine")
          .column("id", "bigint", "xxhash64 of the sentences")
          .column("sentence1", "string", "first sentence")
          .column("sentence2", "string", "second sentence")
          .column("origin", "string", "neighbour, bm25, random or relabel")
          .nullableColumn("similarity", "float", "cosine by silver.candidateModel")
          .column("chunk", "int", "commit that labels the pair, from 0")
          .constraint("origin_known", "origin in ('neighbour', 'bm25', 'random', 'relabel')")
          .constraint("chunk_from_0", "chunk >= 0")
          .build();

  private CandidatePairsTable() {}
}
