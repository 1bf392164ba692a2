/**
 * Reading labelled files into the tables. Parsing and checking are plain Java ({@link
 * io.silverspark.jobs.ingest.DelimitedRecords}, {@link io.silverspark.jobs.ingest.RowFormat});
 * Spark only spreads the files and moves the rows.
 */
package io.silverspark.jobs.ingest;
