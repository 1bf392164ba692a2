package io.silverspark.jobs.table;

/** Embeddings of texts, kept for the jobs to come. */
public final class EmbeddingsTable {
  /** Columns, keys and constraints. */
  public static final TableDefinition DEFINITION =
      TableDefinition.named("embeddings")
          .meaning("A text and its embedding by one model")
          .writtenBy("mine")
          .column("id", "bigint", "xxhash64 of the text")
          .column("model", "string", "hash of the model's files, precision and token limit")
          .column("text", "string", "what was embedded")
          .column("embedding", "array<float>", "output of the model")
          .keys("id", "model")
          .build();

  private EmbeddingsTable() {}
}
