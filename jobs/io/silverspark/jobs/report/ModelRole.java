package io.silverspark.jobs.report;

/** What a model stands for in the comparison; fixes its colour and the verdict. */
public enum ModelRole {
  /** The model that training started from. */
  BASE,
  /** Trained on gold labels only. */
  GOLD,
  /** Trained on gold and silver labels: the one the verdict is about. */
  GOLD_AND_SILVER,
  /** Any other model shown beside them. */
  OTHER
}
