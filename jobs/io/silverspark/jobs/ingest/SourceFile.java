package io.silverspark.jobs.ingest;

import java.io.Serializable;

/**
 * One file to read.
 *
 * @param split train, validation or test
 * @param path full path
 * @param source path relative to data.dir, as stored in the tables
 * @param order of the file among those of its split, from 0
 * @param mostRows rows to read at most
 */
record SourceFile(
    RowFormat rows,
    FileFormat format,
    String split,
    String path,
    String source,
    int order,
    long mostRows)
    implements Serializable {}
