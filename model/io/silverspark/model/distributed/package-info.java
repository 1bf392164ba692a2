/**
 * Training by several ranks: replicas of the whole model that each take a part of every batch and
 * average their gradients. Knows nothing of Spark.
 *
 * <p>A process has one rank or several, its {@link io.silverspark.model.distributed.Replica}s,
 * which meet in {@link io.silverspark.model.distributed.LocalRanks} and add up gradients on their
 * devices. Processes find each other through the driver's {@link
 * io.silverspark.model.distributed.RankCoordinator}: each has a {@link
 * io.silverspark.model.distributed.RankSession} over TCP, and gradients go around a {@link
 * io.silverspark.model.distributed.RingCollective}.
 */
package io.silverspark.model.distributed;
