package io.silverspark.model.distributed;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * Messages and files over one connection. A message is its length and a JSON object; a directory is
 * the number of its files, then name, length and content of each.
 */
final class Wire implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST_MESSAGE = 1 << 20;
  private static final int CONNECT_MILLIS = 20_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final Socket socket;
  private final DataInputStream in;
  private final DataOutputStream out;

  Wire(Socket socket) throws IOException {
    this.socket = socket;
    socket.setTcpNoDelay(true);
    in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES));
    out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES));
  }

  static Wire connect(InetSocketAddress address) throws IOException {
    Socket socket = new Socket();
    socket.connect(address, CONNECT_MILLIS);
    return new Wire(socket);
  }

  /**
   * Limits how long the other side may be silent while something is received.
   *
   * @param silence zero for ever
   */
  void giveUpAfter(Duration silence) throws IOException {
    socket.setSoTimeout(Math.toIntExact(silence.toMillis()));
  }

  /** A message of a type, to be filled. */
  static ObjectNode message(String type) {
    return JSON.createObjectNode().put("type", type);
  }

  static <T> T value(ObjectNode message, String field, Class<T> type) {
    return JSON.convertValue(message.required(field), type);
  }

  static ObjectNode with(ObjectNode message, String field, Object value) {
    message.set(field, JSON.valueToTree(value));
    return message;
  }

  /** Sends a message; safe for several threads. */
  void send(ObjectNode message) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(message);
    synchronized (out) {
      out.writeInt(bytes.length);
      out.write(bytes);
      out.flush();
    }
  }

  /** Waits for the next message; to be called from one thread. */
  ObjectNode receive() throws IOException {
    int length = in.readInt();
    if (length < 0 || length > LONGEST_MESSAGE) {
      throw new IOException("a message of " + length + " bytes is not ours");
    }
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return (ObjectNode) JSON.readTree(bytes);
  }

  static String type(ObjectNode message) {
    return message.path("type").asText();
  }

  void sendFiles(Path directory) throws IOException {
    List<Path> files;
    try (Stream<Path> children = Files.list(directory)) {
      files = children.filter(Files::isRegularFile).sorted().toList();
    }
    out.writeInt(files.size());
    for (Path file : files) {
      out.writeUTF(file.getFileName().toString());
      out.writeLong(Files.size(file));
      Files.copy(file, out);
    }
    out.flush();
  }

  void receiveFiles(Path directory) throws IOException {
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      Path name = Path.of(in.readUTF()).getFileName();
      long length = in.readLong();
      try (OutputStream file = Files.newOutputStream(directory.resolve(name))) {
        copy(in, file, length);
      }
    }
  }

  private static void copy(InputStream from, OutputStream to, long length) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    for (long left = length; left > 0; ) {
      int read = from.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new EOFException("the connection ended " + left + " bytes before the file");
      }
      to.write(buffer, 0, read);
      left -= read;
    }
  }

  /** The address of this host as the other side sees it. */
  InetAddress localAddress() {
    return socket.getLocalAddress();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The connection is of no further use either way.
    }
  }
}
