/** Connects trainings and evaluations with the tools that {@code tracking.kind} names. */
package io.silverspark.jobs.tracking;
