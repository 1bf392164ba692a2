/**
 * The Delta tables: one class per table says its columns, keys, constraints and meaning; {@link
 * io.silverspark.jobs.table.StoredTable} creates, merges, appends and reads them.
 */
package io.silverspark.jobs.table;
