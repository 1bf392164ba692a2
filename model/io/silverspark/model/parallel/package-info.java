/**
 * Training by several ranks that each hold the whole model and a part of every batch. Knows nothing
 * of Spark: a job brings the ranks together.
 */
package io.silverspark.model.parallel;
