/**
 * Which examples form a batch. A sampler is a pure function of its seed and the epoch, so that a
 * run that stopped in the middle of an epoch finds its place again from two numbers.
 */
package io.silverspark.model.sampling;
