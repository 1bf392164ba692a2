package io.silverspark.model.hub;

import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where the Hub is, who asks, and where its models are kept on this machine.
 *
 * @param endpoint address of the Hub, without a slash at the end
 * @param cache directory of the models, shared with Python
 * @param token of the user; sent to the endpoint's host only
 * @param offline whether the network may not be used
 */
public record HubAccess(URI endpoint, Path cache, Optional<String> token, boolean offline) {
  private static final String PUBLIC_HUB = "https://huggingface.co";
  private static final Set<String> TRUE = Set.of("1", "true", "yes", "on");

  /**
   * What the variables of huggingface_hub say: HF_ENDPOINT; HF_HUB_CACHE, else hub below HF_HOME,
   * else below ~/.cache/huggingface; HF_TOKEN, else the file that {@code hf auth login} writes;
   * HF_HUB_OFFLINE or TRANSFORMERS_OFFLINE.
   *
   * @param environment the process's variables
   * @return the access
   * @throws UserException if HF_ENDPOINT is not the address of a server
   */
  public static HubAccess of(Map<String, String> environment) {
    Path home =
        value(environment, "HF_HOME").map(HubAccess::path).orElseGet(() -> home(environment));
    Path cache =
        Stream.of("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE")
            .flatMap(name -> value(environment, name).stream())
            .map(HubAccess::path)
            .findFirst()
            .orElseGet(() -> home.resolve("hub"));
    return new HubAccess(
        endpoint(value(environment, "HF_ENDPOINT").orElse(PUBLIC_HUB)),
        cache,
        value(environment, "HF_TOKEN").or(() -> storedToken(environment, home)),
        isTrue(environment, "HF_HUB_OFFLINE") || isTrue(environment, "TRANSFORMERS_OFFLINE"));
  }

  private static Optional<String> value(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(String::strip).filter(v -> !v.isEmpty());
  }

  private static boolean isTrue(Map<String, String> environment, String name) {
    return value(environment, name)
        .filter(text -> TRUE.contains(text.toLowerCase(Locale.ROOT)))
        .isPresent();
  }

  private static Path home(Map<String, String> environment) {
    return value(environment, "XDG_CACHE_HOME")
        .map(HubAccess::path)
        .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache"))
        .resolve("huggingface");
  }

  private static Path path(String text) {
    return text.equals("~") || text.startsWith("~/")
        ? Path.of(System.getProperty("user.home") + text.substring(1))
        : Path.of(text);
  }

  private static URI endpoint(String text) {
    String address = text.replaceFirst("/+$", "");
    try {
      URI uri = URI.create(address);
      if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // told below
    }
    throw new UserException(
        "HF_ENDPOINT is '%s', expected the address of a Hub such as %s"
            .formatted(text, PUBLIC_HUB));
  }

  private static Optional<String> storedToken(Map<String, String> environment, Path home) {
    Path file =
        value(environment, "HF_TOKEN_PATH")
            .map(HubAccess::path)
            .orElseGet(() -> home.resolve("token"));
    try {
      return Files.isRegularFile(file)
          ? Optional.of(Files.readString(file).strip()).filter(token -> !token.isEmpty())
          : Optional.empty();
    } catch (IOException e) {
      throw new UserException("the Hugging Face token in " + file + " cannot be read: " + e, e);
    }
  }

  /** Does not show the token. */
  @Override
  public String toString() {
    String who = token.isPresent() ? "with a token" : "without a token";
    return "%s %s, cache %s%s".formatted(endpoint, who, cache, offline ? ", offline" : "");
  }
}
