/** The command {@code distill}. */
package io.silverspark.jobs.distill;
