/**
 * Configuration: every setting is an object that knows its key, type, default and help; {@link
 * io.silverspark.model.config.SettingsReader} reads a HOCON file and the {@code key=value}
 * overrides at once and reports all problems together. After that nobody reads strings.
 */
package io.silverspark.model.config;
