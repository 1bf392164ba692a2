/** Sentence vectors in fewer bytes, as quantize_embeddings of sentence-transformers makes them. */
package io.silverspark.model.quantization;
