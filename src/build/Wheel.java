import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Makes the wheel of {@code udfs/python}, without Python and without network: the package, and the
 * metadata of pyproject.toml with the version of the pom. The same sources give the same bytes.
 *
 * <pre>java src/build/Wheel.java udfs/python target 0.1.0</pre>
 */
final class Wheel {
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Map<String, byte[]> files = new TreeMap<>();

  public static void main(String[] arguments) throws IOException {
    Path source = Path.of(arguments[0]);
    String version = arguments[2];
    Wheel wheel = new Wheel();
    wheel.addPackage(source, "silverspark");
    wheel.text("silverspark/_version.py", versioned(source, version));
    wheel.addMetadata(source, "silverspark-" + version + ".dist-info/", version);
    Path target = Path.of(arguments[1], "silverspark-%s-py3-none-any.whl".formatted(version));
    Files.createDirectories(target.getParent());
    Files.write(target, wheel.zip());
  }

  private void addPackage(Path source, String name) throws IOException {
    try (Stream<Path> found = Files.list(source.resolve(name))) {
      found
          .filter(file -> file.toString().matches(".*(\\.py|py\\.typed)"))
          .forEach(file -> files.put(name + "/" + file.getFileName(), bytes(file)));
    }
  }

  private static String versioned(Path source, String version) throws IOException {
    return Files.readString(source.resolve("silverspark/_version.py"))
        .replaceFirst("(?m)^VERSION = .*$", "VERSION = \"" + version + "\"");
  }

  private void addMetadata(Path source, String folder, String version) throws IOException {
    String project = Files.readString(source.resolve("pyproject.toml"));
    StringBuilder metadata = new StringBuilder("Metadata-Version: 2.1\nName: silverspark\n");
    metadata.append("Version: ").append(version).append('\n');
    metadata.append("Summary: ").append(field(project, "description = \"(.*)\"")).append('\n');
    metadata.append("License: ").append(field(project, "license = .*\"(.*)\"")).append('\n');
    metadata
        .append("Requires-Python: ")
        .append(field(project, "requires-python = \"(.*)\""))
        .append('\n');
    for (String each : field(project, "dependencies = \\[(.*)\\]").split("\", *\"")) {
      metadata.append("Requires-Dist: ").append(each.replace("\"", "").strip()).append('\n');
    }
    metadata.append("Description-Content-Type: text/markdown\n\n");
    text(folder + "METADATA", metadata + Files.readString(source.resolve("README.md")));
    text(
        folder + "WHEEL",
        "Wheel-Version: 1.0\nGenerator: silverspark\nRoot-Is-Purelib: true\nTag: py3-none-any\n");
    StringBuilder record = new StringBuilder();
    files.forEach(
        (name, content) ->
            record.append("%s,sha256=%s,%d\n".formatted(name, hash(content), content.length)));
    text(folder + "RECORD", record + folder + "RECORD,,\n");
  }

  private static String field(String project, String pattern) {
    Matcher matcher = Pattern.compile("(?m)^" + pattern + "$").matcher(project.replace(" }", ""));
    if (!matcher.find()) {
      throw new IllegalStateException("pyproject.toml has no line " + pattern);
    }
    return matcher.group(1);
  }

  private void text(String name, String content) {
    files.put(name, content.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] zip() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        entry.setTimeLocal(TIME);
        zip.putNextEntry(entry);
        zip.write(file.getValue());
        zip.closeEntry();
      }
    }
    return bytes.toByteArray();
  }

  private static String hash(byte[] content) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(content);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private static byte[] bytes(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
