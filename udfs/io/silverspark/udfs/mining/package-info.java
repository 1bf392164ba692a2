/** Hard negatives and candidates for silver labels, out of the neighbours of every row. */
package io.silverspark.udfs.mining;
