/**
 * Files and columns that users name: which characters they hold, which column is meant, and paths
 * whose brackets and stars are part of a name.
 */
package io.silverspark.jobs.files;
