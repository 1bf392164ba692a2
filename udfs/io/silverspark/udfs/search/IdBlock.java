package io.silverspark.udfs.search;

import java.io.Serializable;

/** Rows that travel and are searched together. */
interface IdBlock extends Serializable {
  /** [rows], distinct. */
  long[] ids();
}
