/** How fast this machine encodes, trains and labels, as JSON to compare with other programs. */
package io.silverspark.jobs.benchmark;
