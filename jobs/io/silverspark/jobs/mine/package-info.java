/** Chooses triplets to train on and pairs for the cross-encoder to label. */
package io.silverspark.jobs.mine;
