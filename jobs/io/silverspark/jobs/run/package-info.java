/**
 * What every job stands on: {@link io.silverspark.jobs.run.Job}, its context with settings, console
 * and Spark session, and the runner that turns arguments into an exit code.
 */
package io.silverspark.jobs.run;
