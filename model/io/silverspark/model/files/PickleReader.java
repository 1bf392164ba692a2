package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Interprets the opcodes of Python's pickle format that a saved state dictionary uses. Nothing of a
 * pickle is ever executed: the few functions that it may name are {@link Callable}s of this class's
 * caller, any other name is refused.
 *
 * <p>Values become {@code String, Long, BigInteger, Double, Boolean, byte[], List, Map, Tuple},
 * {@link #NONE} and whatever the callables give. Memory is bounded by the size of the input.
 *
 * <p>Source: CPython, Lib/pickletools.py, protocols 0 to 5.
 */
final class PickleReader {
  /** Python's None. */
  static final Object NONE = "None".toCharArray();

  private static final Object MARK = new Object();
  private static final int LONGEST_NUMBER = 64;

  /** A tuple, told from a list. */
  record Tuple(List<Object> items) {}

  /** A name that the pickle may use: called with a tuple, or handed on as it is. */
  interface Callable {
    Object call(Tuple arguments);
  }

  /** What a pickle may refer to. */
  interface Names {
    /** Empty if the name is not allowed. */
    Optional<Object> global(String module, String name);

    /** The object of a persistent id. */
    Object persistent(Object id);
  }

  private final InputStream in;
  private final long length;
  private final String where;
  private final Names names;
  private final Deque<Object> stack = new ArrayDeque<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private long position;

  /**
   * A reader at the begin of a pickle.
   *
   * @param in the bytes, buffered; the caller closes it
   * @param length bytes that are left in it at most
   * @param where the file, for messages
   */
  PickleReader(InputStream in, long length, String where, Names names) {
    this.in = in;
    this.length = length;
    this.where = where;
    this.names = names;
  }

  /** Bytes read so far. */
  long position() {
    return position;
  }

  /** Reads one pickle to its end. */
  Object read() throws IOException {
    stack.clear();
    memo.clear();
    try {
      for (int opcode = next(); opcode != '.'; opcode = next()) {
        run(opcode);
      }
      return pop();
    } catch (EOFException e) {
      throw wrong("ends within the pickle (is it truncated?)", e);
    }
  }

  private void run(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> next(); // PROTO
      case 0x95 -> bytes(8); // FRAME
      case '(' -> stack.push(MARK);
      case '0' -> pop();
      case '1' -> popMark();
      case '2' -> stack.push(peek());
      case 'N' -> stack.push(NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'J' -> stack.push((long) little(4).getInt());
      case 'K' -> stack.push((long) next());
      case 'M' -> stack.push((long) Short.toUnsignedInt(little(2).getShort()));
      case 0x8a -> stack.push(number(next()));
      case 0x8b -> stack.push(number(Integer.toUnsignedLong(little(4).getInt())));
      case 'G' -> stack.push(ByteBuffer.wrap(bytes(8)).getDouble());
      case 'X', 'T' -> stack.push(text(Integer.toUnsignedLong(little(4).getInt())));
      case 0x8c, 'U' -> stack.push(text(next()));
      case 0x8d -> stack.push(text(little(8).getLong()));
      case 'B' -> stack.push(bytes(Integer.toUnsignedLong(little(4).getInt())));
      case 'C' -> stack.push(bytes(next()));
      case 0x8e -> stack.push(bytes(little(8).getLong()));
      case 'q' -> memo.put((long) next(), peek());
      case 'r' -> memo.put(Integer.toUnsignedLong(little(4).getInt()), peek());
      case 0x94 -> memo.put((long) memo.size(), peek());
      case 'h' -> stack.push(remembered(next()));
      case 'j' -> stack.push(remembered(Integer.toUnsignedLong(little(4).getInt())));
      default -> runCollection(opcode);
    }
  }

  private void runCollection(int opcode) throws IOException {
    switch (opcode) {
      case '}' -> stack.push(new LinkedHashMap<>());
      case ']' -> stack.push(new ArrayList<>());
      case ')' -> stack.push(new Tuple(List.of()));
      case 't' -> stack.push(new Tuple(popMark()));
      case 0x85 -> stack.push(new Tuple(popSome(1)));
      case 0x86 -> stack.push(new Tuple(popSome(2)));
      case 0x87 -> stack.push(new Tuple(popSome(3)));
      case 'l' -> stack.push(popMark());
      case 'd' -> {
        List<Object> items = popMark();
        stack.push(new LinkedHashMap<>());
        setItems(items);
      }
      case 's' -> setItems(popSome(2));
      case 'u' -> setItems(popMark());
      case 'a' -> addAll(popSome(1));
      case 'e' -> addAll(popMark());
      default -> runObject(opcode);
    }
  }

  private void runObject(int opcode) throws IOException {
    switch (opcode) {
      case 'c' -> stack.push(global(line(), line()));
      case 0x93 -> {
        List<Object> name = popSome(2);
        stack.push(global(asText(name.get(0)), asText(name.get(1))));
      }
      case 'Q' -> stack.push(names.persistent(pop()));
      case 'R' -> {
        List<Object> call = popSome(2);
        if (!(call.get(0) instanceof Callable callable)
            || !(call.get(1) instanceof Tuple arguments)) {
          throw wrong("calls something that is not a function", null);
        }
        stack.push(callable.call(arguments));
      }
      case 'b' -> { // attributes of a state dictionary, which hold nothing but versions
        List<Object> build = popSome(2);
        if (!(build.get(0) instanceof Map)) {
          throw wrong("sets attributes of something that is not a dictionary", null);
        }
        stack.push(build.get(0));
      }
      default ->
          throw wrong(
              "has opcode 0x%02x at byte %d, which no state dictionary needs"
                  .formatted(opcode, position - 1),
              null);
    }
  }

  private Object global(String module, String name) {
    return names
        .global(module, name)
        .orElseThrow(
            () ->
                new UserException(
                    ("%s refers to '%s.%s', which is not allowed: only tensors of a state"
                            + " dictionary are read, no class is loaded and no code is run")
                        .formatted(where, printable(module), printable(name))));
  }

  private static String printable(String name) {
    String shown = name.length() > 80 ? name.substring(0, 80) + "..." : name;
    return shown.replaceAll("\\p{Cntrl}", "?");
  }

  private void setItems(List<Object> items) {
    if (items.size() % 2 != 0 || !(peek() instanceof Map)) {
      throw wrong("fills something that is not a dictionary", null);
    }
    @SuppressWarnings("unchecked") // made by this class
    Map<Object, Object> map = (Map<Object, Object>) peek();
    for (int i = 0; i < items.size(); i += 2) {
      Object key = items.get(i);
      if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
        throw wrong("has a key that is neither a text nor a number", null);
      }
      map.put(key, items.get(i + 1));
    }
  }

  private void addAll(List<Object> items) {
    if (!(peek() instanceof List)) {
      throw wrong("appends to something that is not a list", null);
    }
    @SuppressWarnings("unchecked") // made by this class
    List<Object> list = (List<Object>) peek();
    list.addAll(items);
  }

  private Object remembered(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw wrong("refers to entry %d of its memo, which is not there".formatted(index), null);
    }
    return value;
  }

  private Object pop() {
    if (stack.isEmpty() || stack.peek() == MARK) {
      throw wrong("takes a value from an empty stack", null);
    }
    return stack.pop();
  }

  private Object peek() {
    if (stack.isEmpty() || stack.peek() == MARK) {
      throw wrong("takes a value from an empty stack", null);
    }
    return stack.peek();
  }

  private List<Object> popSome(int count) {
    List<Object> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(0, pop());
    }
    return items;
  }

  private List<Object> popMark() {
    List<Object> items = new ArrayList<>();
    while (!stack.isEmpty()) {
      Object value = stack.pop();
      if (value == MARK) {
        Collections.reverse(items);
        return items;
      }
      items.add(value);
    }
    throw wrong("closes a group that was not opened", null);
  }

  private static String asText(Object value) {
    return value instanceof String text ? text : "?";
  }

  private Object number(long size) throws IOException {
    if (size > LONGEST_NUMBER) {
      throw wrong("has a number of %d bytes".formatted(size), null);
    }
    byte[] bytes = bytes(size);
    if (bytes.length == 0) {
      return 0L;
    }
    for (int i = 0; i < bytes.length / 2; i++) {
      byte swapped = bytes[i];
      bytes[i] = bytes[bytes.length - 1 - i];
      bytes[bytes.length - 1 - i] = swapped;
    }
    BigInteger value = new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private String text(long size) throws IOException {
    return new String(bytes(size), StandardCharsets.UTF_8);
  }

  private String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int each = next(); each != '\n'; each = next()) {
      line.append((char) each);
    }
    return line.toString();
  }

  private ByteBuffer little(int size) throws IOException {
    return ByteBuffer.wrap(bytes(size)).order(ByteOrder.LITTLE_ENDIAN);
  }

  private byte[] bytes(long size) throws IOException {
    if (size < 0 || size > length - position || size > Integer.MAX_VALUE - 8) {
      throw wrong(
          "claims a value of %s bytes where %d are left"
              .formatted(Long.toUnsignedString(size), length - position),
          null);
    }
    byte[] bytes = in.readNBytes((int) size);
    position += bytes.length;
    if (bytes.length < size) {
      throw new EOFException();
    }
    return bytes;
  }

  private int next() throws IOException {
    int value = in.read();
    if (value < 0) {
      throw new EOFException();
    }
    position++;
    return value;
  }

  private UserException wrong(String what, Throwable cause) {
    return new UserException(
        "%s is not a saved state dictionary: it %s".formatted(where, what), cause);
  }
}
