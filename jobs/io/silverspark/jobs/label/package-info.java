/** Lets the cross-encoder label the candidate pairs. */
package io.silverspark.jobs.label;
