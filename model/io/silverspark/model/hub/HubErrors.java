package io.silverspark.model.hub;

import io.silverspark.model.error.UserException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;

/** Errors that a user can fix, each with its fix. */
final class HubErrors {
  private HubErrors() {}

  static UserException offline(HubId id, Path cache) {
    return new UserException(
        ("%s is %snot in the Hugging Face cache %s while HF_HUB_OFFLINE is set: load it once with"
                + " network, or copy the cache here")
            .formatted(id.words(), orDirectory(id, "not a directory, and "), cache));
  }

  static UserException unreachable(HubId id, HubAccess access, Exception cause) {
    return new UserException(
        ("%s is %snot in the Hugging Face cache %s, and %s cannot be reached: %s")
            .formatted(
                id.words(),
                orDirectory(id, "not a directory, "),
                access.cache(),
                access.endpoint(),
                reason(cause)),
        cause);
  }

  /** Names of models may be directories as well. */
  private static String orDirectory(HubId id, String words) {
    return id.kind() == HubId.Kind.MODEL ? words : "";
  }

  static String reason(Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    return message == null || message.isBlank() ? name : name + ": " + message;
  }

  /**
   * The Hub's refusal in words.
   *
   * @param what the model, as in messages
   * @param response not a success
   * @param withToken whether a token was sent
   */
  static UserException refused(
      String what, HubAccess access, HttpResponse<?> response, boolean withToken) {
    String code = header(response, "X-Error-Code");
    String said = header(response, "X-Error-Message");
    int status = response.statusCode();
    String tail = said.isEmpty() ? "" : " (the Hub says: " + said + ")";
    if (code.equals("GatedRepo")) {
      return new UserException(
          ("%s is gated (%d): accept its conditions on %s in a browser, then set HF_TOKEN to a"
                  + " token of the same account%s")
              .formatted(what, status, page(access, what), withToken ? tail : ""));
    }
    if (code.equals("RevisionNotFound")) {
      return new UserException(
          what + " has no such revision, expected a branch, tag, commit or refs/pr/N of it" + tail);
    }
    if (status == 401 && withToken) {
      return new UserException(
          "%s cannot be read: %s refuses the token in HF_TOKEN (401): renew it%s"
              .formatted(what, access.endpoint(), tail));
    }
    if (status == 401 || status == 404) {
      return new UserException(
          "%s is %s that %s shows %s (%d): check the name%s%s"
              .formatted(
                  what,
                  what.startsWith("data set ") ? "no data set" : "neither a directory nor a model",
                  access.endpoint(),
                  withToken ? "to this token" : "to everybody",
                  status,
                  withToken ? "" : ", or set HF_TOKEN for a private one",
                  tail));
    }
    if (status == 403) {
      return new UserException(
          "%s: the token in HF_TOKEN may not do this on %s (403)%s"
              .formatted(what, access.endpoint(), tail));
    }
    return new UserException(
        "%s: %s answered %d to %s%s"
            .formatted(what, access.endpoint(), status, response.uri().getPath(), tail));
  }

  /**
   * The Hub's refusal of a part of a push.
   *
   * @param step what was being done
   */
  static UserException pushRefused(
      String repository, HubAccess access, String step, HttpResponse<?> response) {
    String said = header(response, "X-Error-Message");
    int status = response.statusCode();
    String why =
        switch (status) {
          case 401 -> "the token in HF_TOKEN is not valid, renew it";
          case 403 -> "the token in HF_TOKEN may not write there, take one with write access";
          case 404 -> "there is no such repository or revision";
          case 409, 412 -> "somebody else commits at the same time, push again";
          case 413 -> "a file is too large";
          default -> "see the status page of the Hub";
        };
    return new UserException(
        "pushing to '%s' failed at %s: %s answered %d, %s%s"
            .formatted(
                repository,
                step,
                access.endpoint(),
                status,
                why,
                said.isEmpty() ? "" : " (the Hub says: " + said + ")"));
  }

  private static URI page(HubAccess access, String what) {
    String name = what.replaceFirst(".*'([^'@]+)(@[^']*)?'.*", "$1");
    return URI.create(access.endpoint() + "/" + name);
  }

  private static String header(HttpResponse<?> response, String name) {
    return response.headers().firstValue(name).orElse("");
  }

  static UserException notAHub(HubAccess access, String why) {
    return new UserException(
        "%s does not answer as a Hugging Face Hub: %s. Check HF_ENDPOINT."
            .formatted(access.endpoint(), why));
  }

  static UserException noConfig(HubId id) {
    return new UserException(
        "model '%s' has no config.json on the Hub, expected a transformers or sentence-transformers"
                .formatted(id)
            + " model");
  }

  static UserException noWeights(HubId id) {
    return new UserException(
        "model '%s' has neither model.safetensors nor pytorch_model.bin on the Hub, expected one of them"
            .formatted(id));
  }

  static UserException noTokenizer(HubId id) {
    return new UserException(
        ("model '%s' has no tokenizer.json on the Hub: write it in Python with"
                + " AutoTokenizer.from_pretrained(\"%s\").save_pretrained(dir)")
            .formatted(id, id.name()));
  }

  static UserException broken(HubId id, RemoteFile file, String why, Throwable cause) {
    return new UserException(
        "%s: %s was not downloaded whole: %s. The part received is kept; try again."
            .formatted(id.words(), file.path(), why),
        cause);
  }

  static UserException wrongChecksum(HubId id, RemoteFile file, Throwable cause) {
    return new UserException(
        ("%s: %s arrived with another checksum than its %s, so a proxy or the server"
                + " changes files; nothing was kept")
            .formatted(id.words(), file.path(), file.etag()),
        cause);
  }

  static UserException diskFull(Path cache, long needed, long free, Throwable cause) {
    return new UserException(
        "the Hugging Face cache %s needs %s more, its disk has %s: make room or set HF_HUB_CACHE"
            .formatted(cache, ByteCount.text(needed), ByteCount.text(free)),
        cause);
  }

  static UserException cache(Path place, Exception cause) {
    return new UserException(
        "the Hugging Face cache %s cannot be used: %s. HF_HUB_CACHE names another place."
            .formatted(place, reason(cause)),
        cause);
  }
}
