/** Vectors with a weight for few of many tokens: their similarity, statistics and search. */
package io.silverspark.model.sparse;
