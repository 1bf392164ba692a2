/**
 * Models on executors: how a model gets there, and the one instance per JVM and device that tasks
 * share ({@link io.silverspark.udfs.serving.EncoderCache}).
 */
package io.silverspark.udfs.serving;
