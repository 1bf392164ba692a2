/**
 * Models on Spark. The classes here are those that configuration and SQL name: {@link
 * io.silverspark.udfs.SilverSparkCatalog}, {@link io.silverspark.udfs.SilverSparkExtensions},
 * {@link io.silverspark.udfs.UdfRegistry} and the three functions for {@code CREATE FUNCTION}.
 *
 * <p>Rules and arithmetic live in {@code io.silverspark.model}; here rows are moved. Columns of
 * vectors are {@code array<float>}; ids are {@code bigint}, usually {@code xxhash64} of the text.
 * No result depends on the number of partitions.
 */
package io.silverspark.udfs;
