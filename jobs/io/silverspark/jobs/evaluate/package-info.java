/**
 * Measures models on the labelled tables and compares them on the same rows. {@link
 * io.silverspark.jobs.evaluate.DataSetEvaluation} is one kind of test, {@link
 * io.silverspark.jobs.evaluate.ModelComparison} runs all of them over all models.
 */
package io.silverspark.jobs.evaluate;
