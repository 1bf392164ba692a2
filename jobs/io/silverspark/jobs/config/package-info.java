/**
 * The settings of the jobs, one class of constants per group. {@link
 * io.silverspark.jobs.config.AllSettings} lists them; {@code conf/README.md} is made from them.
 */
package io.silverspark.jobs.config;
