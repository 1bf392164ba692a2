/** What commands share that work on rows as they arrive, by Structured Streaming. */
package io.silverspark.jobs.stream;
