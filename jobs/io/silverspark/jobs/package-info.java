/**
 * What spark-submit runs: the command line ({@link io.silverspark.jobs.Main}), one class per job,
 * the Spark session and the progress on the terminal.
 */
package io.silverspark.jobs;
