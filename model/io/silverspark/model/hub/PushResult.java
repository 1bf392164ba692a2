package io.silverspark.model.hub;

/**
 * What a push did.
 *
 * @param url page of the commit, or of the repository if there was nothing to commit
 * @param committed files that are new or changed
 * @param unchanged files that the repository has already, or whose names it ignores
 */
public record PushResult(String url, int committed, int unchanged) {}
