package io.silverspark.model.files;

/** How the token vectors of one text become a single vector. Padding never takes part. */
public enum PoolingMode {
  /** The mean over all tokens, special ones included. */
  MEAN,
  /** The vector of the first token. */
  CLS,
  /** The largest value of each dimension over all tokens, special ones included. */
  MAX
}
