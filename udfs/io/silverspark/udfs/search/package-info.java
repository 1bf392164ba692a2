/**
 * Nearest neighbours of every row, exact ({@link io.silverspark.udfs.search.SemanticSearch}), by a
 * graph ({@link io.silverspark.udfs.search.VectorIndex}) or by words ({@link
 * io.silverspark.udfs.search.LexicalSearch}).
 */
package io.silverspark.udfs.search;
