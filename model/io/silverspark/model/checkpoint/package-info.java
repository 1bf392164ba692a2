/** The state of a training and its checkpoints: directories that appear whole or not at all. */
package io.silverspark.model.checkpoint;
