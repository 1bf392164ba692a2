/**
 * What spark-submit runs: the command line ({@link io.silverspark.jobs.Main}) over one class per
 * job.
 */
package io.silverspark.jobs;
