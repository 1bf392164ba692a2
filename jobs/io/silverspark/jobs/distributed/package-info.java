/**
 * Training by several ranks: replicas in the driver, or one rank an executor in a barrier stage
 * that the driver coordinates.
 */
package io.silverspark.jobs.distributed;
