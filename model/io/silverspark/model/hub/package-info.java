/**
 * The Hugging Face Hub: models come from it into the cache that Python's huggingface_hub uses, and
 * go to it by its HTTP commit protocol. Plain java.net.http.
 */
package io.silverspark.model.hub;
