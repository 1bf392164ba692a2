/**
 * How ranks in processes of their own find each other and stay together: the driver's {@link
 * io.silverspark.model.rendezvous.RankCoordinator} and each rank's {@link
 * io.silverspark.model.rendezvous.RankSession}, over TCP. Knows nothing of Spark.
 */
package io.silverspark.model.rendezvous;
