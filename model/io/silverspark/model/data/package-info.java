/** Rows that models learn from and score: pairs, scored pairs and triplets of texts. */
package io.silverspark.model.data;
