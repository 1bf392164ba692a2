/** Makes the documentation site of docs/, and of commands and settings as the code has them. */
package io.silverspark.site;
