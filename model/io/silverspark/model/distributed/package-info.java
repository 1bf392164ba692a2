/**
 * Training by several ranks: replicas of the whole model that each take a part of every batch and
 * average their gradients. Knows nothing of Spark.
 *
 * <p>Ranks of one process meet in {@link io.silverspark.model.distributed.LocalRanks}. Ranks in
 * processes of their own find each other through the driver's {@link
 * io.silverspark.model.distributed.RankCoordinator}: each has a {@link
 * io.silverspark.model.distributed.RankSession} over TCP, and gradients go around a {@link
 * io.silverspark.model.distributed.RingCollective}.
 */
package io.silverspark.model.distributed;
