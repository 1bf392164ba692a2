package io.silverspark.jobs.ingest;

import java.io.Serializable;
import java.util.Map;

/**
 * One file or relation to read.
 *
 * @param split train, validation or test; the split of rows without one of their own
 * @param path full path, name of a table or text of a query
 * @param source path relative to data.dir, as stored in the tables
 * @param order of the file among those of its split, from 0
 * @param mostRows rows to read at most
 * @param mapping what the settings say about columns, reader and splits
 */
record SourceFile(
    RowFormat rows,
    FileFormat format,
    String split,
    String path,
    String source,
    int order,
    long mostRows,
    Mapping mapping)
    implements Serializable {

  /**
   * How the rows of a kind are read.
   *
   * @param columns column of each role that the settings map
   * @param reader data source of Spark, or empty
   * @param options of that data source
   * @param heldOut shares of the training rows, by the split that they become
   */
  record Mapping(
      Map<String, String> columns,
      String reader,
      Map<String, String> options,
      Map<String, Double> heldOut)
      implements Serializable {
    static final Mapping NONE = new Mapping(Map.of(), "", Map.of(), Map.of());
  }

  /** The same under another name in the tables. */
  SourceFile named(String name) {
    return new SourceFile(rows, format, split, path, name, order, mostRows, mapping);
  }

  /** Whether rows of other splits may come of it. */
  boolean isSplit() {
    return split.equals("train")
        && (!mapping.heldOut().isEmpty() || mapping.columns().containsKey("split"));
  }

  /** Whether its rows come in no order of their own. */
  boolean isUnordered() {
    return switch (format) {
      case PARQUET, TSV, CSV, JSON_LINES -> false;
      case ORC, DELTA, TABLE, QUERY, READER, FILES, KAFKA -> true;
    };
  }

  /** Whether executors read it through our own readers of text, which keep the lines. */
  boolean isText() {
    return switch (format) {
      case TSV, CSV, JSON_LINES -> true;
      case PARQUET, ORC, DELTA, TABLE, QUERY, READER, FILES, KAFKA -> false;
    };
  }
}
