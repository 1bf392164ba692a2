package io.silverspark.model.distributed;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/** The port at which a process waits for the one before it. Closing it leaves the ring as it is. */
public final class RingListener implements AutoCloseable {
  private static final int BUFFER_BYTES = 4 << 20;

  private final ServerSocketChannel server;

  private RingListener(ServerSocketChannel server) {
    this.server = server;
  }

  /**
   * Opens a free port.
   *
   * @param address of this host, as the other processes reach it
   * @return the listener; the caller closes it
   */
  public static RingListener open(InetAddress address) {
    try {
      ServerSocketChannel server = ServerSocketChannel.open();
      server.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
      return new RingListener(server.bind(new InetSocketAddress(address, 0)));
    } catch (IOException e) {
      throw new UncheckedIOException("no port can be opened on " + address, e);
    }
  }

  /** The port. */
  public int port() {
    return server.socket().getLocalPort();
  }

  /**
   * Connects to the next process and waits for the one before.
   *
   * @param processes addresses of all, in their order, at least two
   * @param process this one
   * @param format of gradients on the way, the same for all
   * @param secret known to the processes of this attempt alone; whoever connects without it is
   *     refused
   * @param timeout for both
   * @return the ring; the caller closes it
   * @throws RankLostException if a neighbour is not there in time
   */
  public RingCollective connect(
      List<InetSocketAddress> processes,
      int process,
      GradientFormat format,
      String secret,
      Duration timeout) {
    InetSocketAddress neighbour = processes.get((process + 1) % processes.size());
    byte[] hello = secret.getBytes(StandardCharsets.UTF_8);
    try {
      SocketChannel next = SocketChannel.open();
      next.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_BYTES);
      next.setOption(StandardSocketOptions.TCP_NODELAY, true);
      next.socket().connect(neighbour, Math.toIntExact(timeout.toMillis()));
      next.write(ByteBuffer.wrap(hello));
      return new RingCollective(processes.size(), process, format, accept(hello, timeout), next);
    } catch (IOException e) {
      throw new RankLostException(
          "process %d cannot join the ring with %s: %s"
              .formatted(process, neighbour, e.getMessage()),
          e);
    }
  }

  private SocketChannel accept(byte[] hello, Duration timeout) throws IOException {
    server.configureBlocking(true);
    server.socket().setSoTimeout(Math.toIntExact(timeout.toMillis()));
    long deadline = System.nanoTime() + timeout.toNanos();
    while (System.nanoTime() < deadline) {
      SocketChannel channel = accepted();
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.socket().setSoTimeout(Math.toIntExact(timeout.toMillis()));
      byte[] found = channel.socket().getInputStream().readNBytes(hello.length);
      if (Arrays.equals(found, hello)) {
        return channel;
      }
      channel.close();
    }
    throw new InterruptedIOException("the process before did not connect in " + timeout);
  }

  private SocketChannel accepted() throws IOException {
    try {
      return server.socket().accept().getChannel();
    } catch (SocketTimeoutException e) {
      throw new IOException("the process before did not connect", e);
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
