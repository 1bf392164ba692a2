/** Where a run keeps its files, and which of its stages are up to date. */
package io.silverspark.jobs.stage;
