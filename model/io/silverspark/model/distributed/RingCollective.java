package io.silverspark.model.distributed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.Arrays;
import java.util.List;

/**
 * Processes that form a ring over TCP: each sends to the next and receives from the one before, so
 * every process sends and receives {@code 2 (W - 1) / W} times the values, whatever the number of
 * processes W.
 *
 * <p>A sum is a reduce-scatter, after which each process holds one part of the result, and an
 * all-gather of the parts; each part is summed once, along the ring, and copied, so all get the
 * same bits. Source: Patarasuk and Yuan 2009, "Bandwidth optimal all-reduce algorithms for clusters
 * of workstations".
 *
 * <p>{@link #close()} may be called from any thread and ends a call that waits for another process.
 */
public final class RingCollective implements Collective {
  private static final int SLICE_BYTES = 1 << 20;
  private static final long WAKE_MILLIS = 1000;

  private final int processes;
  private final int process;
  private final GradientFormat format;
  private final SocketChannel previous;
  private final SocketChannel next;
  private final Selector selector;
  private final ByteBuffer sent = room();
  private final ByteBuffer received = room();
  private volatile boolean closed;

  RingCollective(
      int processes, int process, GradientFormat format, SocketChannel previous, SocketChannel next)
      throws IOException {
    this.processes = processes;
    this.process = process;
    this.format = format;
    this.previous = previous;
    this.next = next;
    this.selector = Selector.open();
    previous.configureBlocking(false).register(selector, SelectionKey.OP_READ);
    next.configureBlocking(false).register(selector, SelectionKey.OP_WRITE);
  }

  private static ByteBuffer room() {
    return ByteBuffer.allocateDirect(SLICE_BYTES).order(ByteOrder.nativeOrder());
  }

  @Override
  public int processes() {
    return processes;
  }

  @Override
  public int process() {
    return process;
  }

  @Override
  public void sum(ByteBuffer values) {
    ByteBuffer all = values.slice();
    for (int step = 0; step < processes - 1; step++) {
      pass(part(all, process - step), part(all, process - step - 1), true);
    }
    roundAsSent(part(all, process + 1));
    for (int step = 0; step < processes - 1; step++) {
      pass(part(all, process + 1 - step), part(all, process - step), false);
    }
  }

  /** Sends one part, and adds what arrives to another or puts it there, a slice at a time. */
  private void pass(ByteBuffer out, ByteBuffer in, boolean adds) {
    int slices = Math.max(slices(out), slices(in));
    for (int index = 0; index < slices; index++) {
      ByteBuffer theirs = slice(in, index);
      boolean isDirect = format == GradientFormat.FP32 && !adds;
      ByteBuffer arriving =
          isDirect
              ? theirs.duplicate()
              : received.clear().limit(theirs.capacity() / Float.BYTES * format.bytes());
      transfer(format.outgoing(slice(out, index), sent), arriving);
      if (adds) {
        format.add(received.flip(), theirs);
      } else if (!isDirect) {
        format.set(received.flip(), theirs);
      }
    }
  }

  /** The process that has a part's sum keeps what the others get. */
  private void roundAsSent(ByteBuffer part) {
    for (int index = 0; index < slices(part) && format != GradientFormat.FP32; index++) {
      ByteBuffer own = slice(part, index);
      format.set(format.outgoing(own, sent), own);
    }
  }

  private static int slices(ByteBuffer part) {
    return (part.capacity() + SLICE_BYTES - 1) / SLICE_BYTES;
  }

  private static ByteBuffer slice(ByteBuffer part, int index) {
    int begin = Math.min(part.capacity(), index * SLICE_BYTES);
    int size = Math.min(SLICE_BYTES, part.capacity() - begin);
    return part.slice(begin, size).order(ByteOrder.nativeOrder());
  }

  /** Part {@code index} modulo the processes; parts differ by at most one float. */
  private ByteBuffer part(ByteBuffer all, int index) {
    long part = Math.floorMod(index, processes);
    long floats = all.capacity() / Float.BYTES;
    int begin = (int) (floats * part / processes) * Float.BYTES;
    int end = (int) (floats * (part + 1) / processes) * Float.BYTES;
    return all.slice(begin, end - begin);
  }

  @Override
  public List<byte[]> gather(byte[] own) {
    byte[][] blocks = new byte[processes][];
    blocks[process] = own;
    for (int step = 0; step < processes - 1; step++) {
      byte[] send = blocks[Math.floorMod(process - step, processes)];
      ByteBuffer size = ByteBuffer.allocate(Integer.BYTES);
      transfer(ByteBuffer.allocate(Integer.BYTES).putInt(send.length).flip(), size);
      byte[] received = new byte[size.flip().getInt()];
      transfer(ByteBuffer.wrap(send), ByteBuffer.wrap(received));
      blocks[Math.floorMod(process - step - 1, processes)] = received;
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
            ? "process %d of %d was stopped while it exchanged with the others"
                .formatted(process, processes)
            : "process %d of %d lost a neighbour: %s".formatted(process, processes, how),
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
