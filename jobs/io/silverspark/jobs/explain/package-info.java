/** Shows where a model came from, back to the versions of the tables it was trained on. */
package io.silverspark.jobs.explain;
