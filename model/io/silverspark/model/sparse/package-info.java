/** Vectors with a weight for few of many tokens: their similarity and statistics. */
package io.silverspark.model.sparse;
