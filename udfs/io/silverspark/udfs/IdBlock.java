package io.silverspark.udfs;

import java.io.Serializable;

/** Rows that travel and are searched together. */
interface IdBlock extends Serializable {
  /** [rows], distinct. */
  long[] ids();
}
