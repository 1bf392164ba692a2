/** The functions of the SQL catalog and the table functions, and the settings of their models. */
package io.silverspark.udfs.sql;
