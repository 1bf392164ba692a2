/** Prompts: fixed text in front of every text that a model encodes. */
package io.silverspark.model.prompt;
