/** Embeddings of a file or table of texts, for any model. */
package io.silverspark.jobs.encode;
