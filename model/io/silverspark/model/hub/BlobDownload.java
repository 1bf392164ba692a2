package io.silverspark.model.hub;

import io.silverspark.model.disk.AtomicWrite;
import io.silverspark.model.error.UserException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One content of the cache, fetched into a partial file beside its place, checked, then renamed. A
 * broken transfer goes on where it stopped, also in a later process.
 */
final class BlobDownload {
  private static final Logger LOG = LoggerFactory.getLogger(BlobDownload.class);
  private static final int MAX_FAILURES = 5;
  private static final int BUFFER = 1 << 16;
  private static final long REPORT_NANOS = Duration.ofSeconds(10).toNanos();

  private final HubHttp http;
  private final HubId id;
  private final RemoteFile file;
  private final Path partial;
  private final Duration pause;

  /**
   * Prepares a download.
   *
   * @param partial kept after a failure; the next download goes on with it
   * @param pause before the second attempt; longer before later ones
   */
  BlobDownload(HubHttp http, HubId id, RemoteFile file, Path partial, Duration pause) {
    this.http = http;
    this.id = id;
    this.file = file;
    this.partial = partial;
    this.pause = pause;
  }

  private static final class ChecksumException extends IOException {
    ChecksumException() {
      super("another checksum");
    }
  }

  /**
   * Downloads, trying again while attempts fail, up to {@value #MAX_FAILURES} times without any
   * progress.
   *
   * @param target the finished blob
   * @throws UserException if the Hub refuses, the disk is full or every attempt fails
   */
  void to(Path target) throws IOException {
    int failures = 0;
    while (true) {
      long before = size(partial);
      try {
        requireRoom(before, null);
        transfer(before);
        check();
        AtomicWrite.rename(partial, target);
        return;
      } catch (IOException e) {
        requireRoom(size(partial), e);
        failures = size(partial) > before ? 1 : failures + 1;
        if (failures == MAX_FAILURES) {
          throw e instanceof ChecksumException
              ? HubErrors.wrongChecksum(id, file, e)
              : HubErrors.broken(id, file, HubErrors.reason(e), e);
        }
        LOG.info("repository={} file={} attempt failed: {}", id, file.path(), HubErrors.reason(e));
        sleep(pause.multipliedBy(failures));
      }
    }
  }

  private static long size(Path path) throws IOException {
    return Files.exists(path) ? Files.size(path) : 0;
  }

  private void requireRoom(long have, IOException cause) throws IOException {
    long missing = file.size().orElse(1) - have;
    long free = Files.getFileStore(partial.getParent()).getUsableSpace();
    if (missing > free) {
      throw HubErrors.diskFull(http.access().cache(), missing, free, cause);
    }
  }

  private void transfer(long have) throws IOException {
    if (file.size().isPresent() && have == file.size().getAsLong() && have > 0) {
      return;
    }
    Map<String, String> headers = new HashMap<>(HubHttp.identity());
    if (have > 0) {
      headers.put("Range", "bytes=" + have + "-");
    }
    HttpResponse<InputStream> response =
        http.get(file.uri(), headers, BodyHandlers.ofInputStream());
    try (InputStream body = response.body()) {
      receive(response, body, have);
    }
  }

  private void receive(HttpResponse<InputStream> response, InputStream body, long have)
      throws IOException {
    int status = response.statusCode();
    if (status == 416 || status == 206 && !continues(response, have)) {
      Files.deleteIfExists(partial);
      throw new IOException("the server does not resume at byte " + have);
    }
    if (status != 200 && status != 206) {
      if (http.isOwn(response.uri()) && !HubHttp.isPassing(status)) {
        throw HubErrors.refused(
            id.words(), http.access(), response, http.access().token().isPresent());
      }
      throw new IOException("%s answered %d".formatted(response.uri().getHost(), status));
    }
    write(body, status == 206 ? have : 0);
  }

  private static boolean continues(HttpResponse<?> response, long have) {
    return response
        .headers()
        .firstValue("Content-Range")
        .filter(range -> range.startsWith("bytes " + have + "-"))
        .isPresent();
  }

  private void write(InputStream body, long from) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long reported = System.nanoTime();
    try (FileChannel channel =
            FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        StallGuard guard = new StallGuard(body)) {
      channel.truncate(from);
      channel.position(from);
      for (int read = guard.read(buffer); read >= 0; read = guard.read(buffer)) {
        channel.write(ByteBuffer.wrap(buffer, 0, read));
        if (System.nanoTime() - reported > REPORT_NANOS) {
          reported = System.nanoTime();
          LOG.info(
              "repository={} file={} received={}", id, file.path(), progress(channel.position()));
        }
      }
      channel.force(true);
    }
  }

  private String progress(long received) {
    String total = file.size().isPresent() ? " of " + ByteCount.text(file.size().getAsLong()) : "";
    return ByteCount.text(received) + total;
  }

  private void check() throws IOException {
    long received = size(partial);
    if (file.size().isPresent() && received < file.size().getAsLong()) {
      throw new IOException(
          "%,d of %,d bytes arrived".formatted(received, file.size().getAsLong()));
    }
    if (file.size().isPresent() && received > file.size().getAsLong()
        || !BlobChecksum.matches(partial, file.etag())) {
      Files.delete(partial);
      throw new ChecksumException();
    }
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while downloading", e);
    }
  }
}
