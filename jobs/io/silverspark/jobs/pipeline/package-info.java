/** The command that runs all stages and answers whether silver labels helped. */
package io.silverspark.jobs.pipeline;
