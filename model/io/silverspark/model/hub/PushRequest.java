package io.silverspark.model.hub;

import java.util.List;
import java.util.Optional;

/**
 * What goes to the Hub.
 *
 * @param repository {@code organisation/name}
 * @param revision branch to commit to; empty: main
 * @param isPrivate whether only its owners may see the repository
 * @param message of the commit
 * @param files all files of the commit; files that the repository has beside them stay
 */
public record PushRequest(
    String repository,
    Optional<String> revision,
    boolean isPrivate,
    String message,
    List<UploadFile> files) {
  /** Copies the list. */
  public PushRequest {
    files = List.copyOf(files);
  }

  String branch() {
    return revision.orElse("main");
  }
}
