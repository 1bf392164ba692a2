/** Models to the Hugging Face Hub. */
package io.silverspark.jobs.push;
