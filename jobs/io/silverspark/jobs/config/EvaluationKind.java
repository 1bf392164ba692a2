package io.silverspark.jobs.config;

/** What models can be measured on. */
public enum EvaluationKind {
  /** Correlation with graded pairs. */
  STS,
  /** Few-shot classification of intents. */
  INTENTS,
  /** Premises nearer to what they entail than to what contradicts them. */
  TRIPLETS,
  /** Pairs that mean the same, told from others by a threshold. */
  PAIRS,
  /** Search in a corpus. */
  RETRIEVAL,
  /** Order of the few documents of each query. */
  RERANKING
}
