/** How the settings say that models are loaded, on the driver and on executors. */
package io.silverspark.jobs.models;
