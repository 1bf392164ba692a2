/** The commands that train models: which rows they learn from, and what they leave behind. */
package io.silverspark.jobs.train;
