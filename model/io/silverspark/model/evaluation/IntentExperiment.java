package io.silverspark.model.evaluation;

/**
 * One few-shot experiment of {@link IntentEvaluator}.
 *
 * @param trainRows training rows used, in the order drawn
 * @param iterations steps that the classifier's fit took
 * @param predicted label given to each test row
 * @param correct whether each test row was predicted right
 */
@SuppressWarnings("ArrayRecordComponent") // One entry a row, never compared as a whole.
public record IntentExperiment(
    ClassificationScores scores,
    int[] trainRows,
    int iterations,
    int[] predicted,
    boolean[] correct) {}
