package io.silverspark.model.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/**
 * Ranks in processes of their own that form a ring over TCP: each sends to the next and receives
 * from the one before, so every rank sends and receives {@code 2 (W - 1) / W} times the values,
 * whatever the number of ranks W.
 *
 * <p>A sum is a reduce-scatter, after which each rank holds one part of the result, and an
 * all-gather of the parts; each part is summed once, along the ring, and copied, so all ranks get
 * the same bits. Source: Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce algorithms for
 * clusters of workstations".
 *
 * <p>{@link #close()} may be called from any thread and ends a call that waits for another rank.
 */
public final class RingCollective implements Collective {
  private static final int SLICE_BYTES = 1 << 20;
  private static final long WAKE_MILLIS = 1000;

  private final int ranks;
  private final int rank;
  private final SocketChannel previous;
  private final SocketChannel next;
  private final Selector selector;
  private final ByteBuffer scratch =
      ByteBuffer.allocateDirect(SLICE_BYTES).order(ByteOrder.nativeOrder());
  private volatile boolean closed;

  RingCollective(int ranks, int rank, SocketChannel previous, SocketChannel next)
      throws IOException {
    this.ranks = ranks;
    this.rank = rank;
    this.previous = previous;
    this.next = next;
    this.selector = Selector.open();
    previous.configureBlocking(false).register(selector, SelectionKey.OP_READ);
    next.configureBlocking(false).register(selector, SelectionKey.OP_WRITE);
  }

  @Override
  public int ranks() {
    return ranks;
  }

  @Override
  public int rank() {
    return rank;
  }

  @Override
  public void sum(ByteBuffer values) {
    ByteBuffer all = values.slice().order(ByteOrder.nativeOrder());
    for (int step = 0; step < ranks - 1; step++) {
      addReceived(part(all, rank - step), part(all, rank - step - 1));
    }
    for (int step = 0; step < ranks - 1; step++) {
      transfer(part(all, rank + 1 - step), part(all, rank - step));
    }
  }

  /** Sends one part and adds what arrives to another, a slice at a time. */
  private void addReceived(ByteBuffer out, ByteBuffer target) {
    while (out.hasRemaining() || target.hasRemaining()) {
      ByteBuffer send = take(out);
      ByteBuffer into = take(target).order(ByteOrder.nativeOrder());
      scratch.clear().limit(into.remaining());
      transfer(send, scratch);
      FloatBuffer sums = into.asFloatBuffer();
      FloatBuffer received = scratch.flip().asFloatBuffer();
      for (int i = 0; i < sums.capacity(); i++) {
        sums.put(i, sums.get(i) + received.get(i));
      }
    }
  }

  private static ByteBuffer take(ByteBuffer from) {
    int size = Math.min(SLICE_BYTES, from.remaining());
    ByteBuffer slice = from.slice(from.position(), size);
    from.position(from.position() + size);
    return slice;
  }

  /** Part {@code index} modulo the ranks; parts differ by at most one float. */
  private ByteBuffer part(ByteBuffer all, int index) {
    int part = Math.floorMod(index, ranks);
    long floats = all.capacity() / Float.BYTES;
    int begin = (int) (floats * part / ranks) * Float.BYTES;
    int end = (int) (floats * (part + 1) / ranks) * Float.BYTES;
    return all.slice(begin, end - begin);
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    byte[][] blocks = new byte[ranks][];
    blocks[rank] = own;
    for (int step = 0; step < ranks - 1; step++) {
      byte[] send = blocks[Math.floorMod(rank - step, ranks)];
      ByteBuffer size = ByteBuffer.allocate(Integer.BYTES);
      transfer(ByteBuffer.allocate(Integer.BYTES).putInt(send.length).flip(), size);
      byte[] received = new byte[size.flip().getInt()];
      transfer(ByteBuffer.wrap(send), ByteBuffer.wrap(received));
      blocks[Math.floorMod(rank - step - 1, ranks)] = received;
    }
    return Arrays.asList(blocks);
  }

  /** Sends all of one buffer and fills the other, both at once. */
  private void transfer(ByteBuffer out, ByteBuffer in) {
    try {
      while (out.hasRemaining() || in.hasRemaining()) {
        long moved = out.hasRemaining() ? next.write(out) : 0;
        int read = in.hasRemaining() ? previous.read(in) : 0;
        if (read < 0) {
          throw lost("closed the connection", null);
        }
        if (moved + read == 0) {
          await(out, in);
        }
      }
    } catch (IOException | ClosedSelectorException e) {
      throw lost(String.valueOf(e.getMessage()), e);
    }
  }

  private void await(ByteBuffer out, ByteBuffer in) throws IOException {
    if (closed) {
      throw lost("ring closed", null);
    }
    next.keyFor(selector).interestOps(out.hasRemaining() ? SelectionKey.OP_WRITE : 0);
    previous.keyFor(selector).interestOps(in.hasRemaining() ? SelectionKey.OP_READ : 0);
    selector.select(WAKE_MILLIS);
    selector.selectedKeys().clear();
  }

  private RankLostException lost(String how, Exception cause) {
    return new RankLostException(
        closed
            ? "rank %d of %d was stopped while it exchanged with the others".formatted(rank, ranks)
            : "rank %d of %d lost a neighbour: %s".formatted(rank, ranks, how),
        cause);
  }

  @Override
  public void close() {
    closed = true;
    try (SocketChannel first = previous;
        SocketChannel second = next;
        Selector third = selector) {
      third.wakeup();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
