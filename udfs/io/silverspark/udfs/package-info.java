/**
 * Models on Spark: encoding and pair scoring over {@code Dataset<Row>}, semantic search, mining,
 * and SQL functions.
 *
 * <p>An executor JVM holds each model once per device and shares it between its tasks ({@link
 * io.silverspark.udfs.EncoderCache}). Rules and arithmetic live in {@code io.silverspark.model};
 * here rows are moved. Columns of vectors are {@code array<float>}; ids are {@code bigint}, usually
 * {@code xxhash64} of the text. No result depends on the number of partitions.
 */
package io.silverspark.udfs;
