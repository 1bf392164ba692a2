package io.silverspark.jobs.pipeline;

import io.silverspark.jobs.run.Job;
import io.silverspark.model.config.Settings;
import java.util.List;

/**
 * One step of the pipeline.
 *
 * @param name of the stage and, where the job writes one, of its record
 * @param command of the job, recorded with each write
 * @param job that does the work
 * @param settings that the job gets
 * @param after stages whose results it reads
 */
record PipelineStage(String name, String command, Job job, Settings settings, List<String> after) {}
