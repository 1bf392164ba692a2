/** Checks a machine before work is given to it, and explains how to fix what is wrong. */
package io.silverspark.jobs.doctor;
