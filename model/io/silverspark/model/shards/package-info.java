/** Training examples as files: tokenised once, in shards of which one at a time is in memory. */
package io.silverspark.model.shards;
