/** A corpus of any size for measurements, made of phrases written for this project. */
package io.silverspark.jobs.generate;
