/**
 * Models on disk and in memory, without any native library: safetensors, ONNX initializers and the
 * directory layout that Hugging Face and sentence-transformers share.
 */
package io.silverspark.model.files;
