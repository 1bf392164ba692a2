/** Checks a machine before work is given to it, and says how to mend what is wrong. */
package io.silverspark.jobs.doctor;
