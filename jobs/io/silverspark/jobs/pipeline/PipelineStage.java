package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.run.Job;
import io.silverspark.model.config.Settings;

/**
 * One step of the pipeline.
 *
 * @param name of the stage and, where the job writes one, of its record
 * @param command of the job, recorded with each write
 * @param job that does the work
 * @param settings that the job gets
 */
record PipelineStage(String name, String command, Job job, Settings settings) {}
