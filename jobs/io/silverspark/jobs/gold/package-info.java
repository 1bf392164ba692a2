/** The labelled training pairs of a run. */
package io.silverspark.jobs.gold;
