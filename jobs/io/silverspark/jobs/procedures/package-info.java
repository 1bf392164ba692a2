/** The recipe as stored procedures of SQL: {@code CALL ml.mine(...)} and its like. */
package io.silverspark.jobs.procedures;
