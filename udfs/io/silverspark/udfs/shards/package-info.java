/** Training examples that executors tokenise into shards, and how ranks come by them. */
package io.silverspark.udfs.shards;
