package io.silverspark.model.files;

import io.silverspark.model.error.UserException;
import io.silverspark.model.files.PickleReader.Callable;
import io.silverspark.model.files.PickleReader.Tuple;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * A file that {@code torch.save(model.state_dict())} wrote, such as pytorch_model.bin: a zip
 * archive with a pickle and one entry of raw numbers per storage, or, before PyTorch 1.6, the same
 * in one stream. Only tensors are read. No class is loaded and no code is run; the names that the
 * pickle may use are those of {@link #callables} and {@link #STORAGES}.
 *
 * <p>Each tensor is a view of a storage: offset, sizes and strides, in elements. Memory is at most
 * four times the size of the file, whatever the views claim.
 */
final class TorchCheckpoint implements PickleReader.Names {
  private static final BigInteger LEGACY_MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final int LONGEST_PICKLE = 256 << 20;
  private static final int BUDGET = 4;

  private static final Map<String, TensorType> STORAGES =
      Map.of(
          "FloatStorage", TensorType.F32,
          "HalfStorage", TensorType.F16,
          "BFloat16Storage", TensorType.BF16,
          "DoubleStorage", TensorType.F64,
          "LongStorage", TensorType.I64,
          "IntStorage", TensorType.I32,
          "ShortStorage", TensorType.I16,
          "CharStorage", TensorType.I8,
          "ByteStorage", TensorType.U8,
          "BoolStorage", TensorType.BOOL);

  /** All that a pickle may call. */
  private final Map<String, Callable> callables =
      Map.of(
          "collections.OrderedDict", this::orderedDict,
          "torch._utils._rebuild_tensor", this::tensor,
          "torch._utils._rebuild_tensor_v2", this::tensor,
          "torch._utils._rebuild_parameter", this::parameter);

  /**
   * Where the numbers of a tensor lie.
   *
   * @param key of the storage
   * @param count elements of the storage
   */
  private record Storage(TensorType type, String key, long count) {}

  /** A tensor; the lists are in elements. */
  private record View(Storage storage, long offset, List<Long> sizes, List<Long> strides) {}

  /** Bytes of the storages. */
  private interface Source {
    /** Reads {@code size} bytes from {@code begin} of a storage, little-endian. */
    byte[] read(Storage storage, long begin, int size) throws IOException;
  }

  private final Path file;
  private final long fileSize;

  private TorchCheckpoint(Path file, long fileSize) {
    this.file = file;
    this.fileSize = fileSize;
  }

  /**
   * Reads every tensor onto the Java heap.
   *
   * @param file written by torch.save
   * @return tensors by name, contiguous; names that share a tensor share its data
   * @throws UserException if the file breaks the format or refers to anything but tensors
   */
  static Map<String, TensorData> read(Path file) {
    try (FileChannel channel = FileChannel.open(file)) {
      TorchCheckpoint checkpoint = new TorchCheckpoint(file, channel.size());
      ByteBuffer head = ByteBuffer.allocate(ZIP.length);
      channel.read(head, 0);
      return Arrays.equals(head.array(), ZIP)
          ? checkpoint.readZip()
          : checkpoint.readLegacy(channel);
    } catch (ZipException e) {
      throw new UserException(
          "%s is not a complete zip archive as torch.save writes it: %s (is it truncated?)"
              .formatted(file, e.getMessage()),
          e);
    } catch (IOException e) {
      String why = Files.exists(file) ? "cannot be read: " + e : "is missing";
      throw new UserException(file + " " + why, e);
    }
  }

  private Map<String, TensorData> readZip() throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      String pickle =
          zip.stream()
              .map(ZipEntry::getName)
              .filter(name -> name.endsWith("/data.pkl") || name.equals("data.pkl"))
              .findFirst()
              .orElseThrow(() -> wrong("holds no data.pkl: it is another kind of zip archive"));
      String root = pickle.substring(0, pickle.length() - "data.pkl".length());
      requireLittleEndian(zip, root);
      ZipEntry entry = stored(zip, pickle);
      if (entry.getSize() > LONGEST_PICKLE) {
        throw wrong("holds a pickle of " + entry.getSize() + " bytes");
      }
      Object state;
      try (InputStream in = new BufferedInputStream(zip.getInputStream(entry))) {
        state = new PickleReader(in, entry.getSize(), file.toString(), this).read();
      }
      return tensors(state, (storage, begin, size) -> read(zip, root, storage, begin, size));
    }
  }

  private void requireLittleEndian(ZipFile zip, String root) throws IOException {
    ZipEntry order = zip.getEntry(root + "byteorder");
    if (order != null) {
      try (InputStream in = zip.getInputStream(order)) {
        if (!Arrays.equals(in.readNBytes(16), "little".getBytes(StandardCharsets.US_ASCII))) {
          throw wrong("was written on a big-endian machine, expected little-endian numbers");
        }
      }
    }
  }

  /** PyTorch does not compress; without that a small file cannot claim a large content. */
  private ZipEntry stored(ZipFile zip, String name) {
    ZipEntry entry = zip.getEntry(name);
    if (entry == null) {
      throw wrong("lacks its entry '%s' (is it truncated?)".formatted(name));
    }
    if (entry.getMethod() != ZipEntry.STORED || entry.getSize() > fileSize) {
      throw wrong("holds '%s' compressed, expected it stored as torch.save does".formatted(name));
    }
    return entry;
  }

  private byte[] read(ZipFile zip, String root, Storage storage, long begin, int size)
      throws IOException {
    ZipEntry entry = stored(zip, root + "data/" + storage.key());
    if (entry.getSize() < storage.count() * storage.type().bytes()) {
      throw wrong(
          "holds %d bytes for storage '%s', expected %d"
              .formatted(entry.getSize(), storage.key(), storage.count() * storage.type().bytes()));
    }
    try (InputStream in = zip.getInputStream(entry)) {
      in.skipNBytes(begin);
      byte[] bytes = in.readNBytes(size);
      if (bytes.length < size) {
        throw wrong("ends within storage '%s' (is it truncated?)".formatted(storage.key()));
      }
      return bytes;
    }
  }

  /**
   * Four pickles (magic number, protocol, system, state), a fifth with the keys of the storages,
   * then for each storage its length as 8 bytes and its numbers.
   */
  private Map<String, TensorData> readLegacy(FileChannel channel) throws IOException {
    channel.position(0);
    Object state;
    Object keys;
    long position;
    try (InputStream in = new BufferedInputStream(keepOpen(channel))) {
      PickleReader reader = new PickleReader(in, fileSize, file.toString(), this);
      if (!LEGACY_MAGIC.equals(reader.read())) {
        throw wrong("is not a file of torch.save: its magic number is missing");
      }
      reader.read();
      reader.read();
      state = reader.read();
      keys = reader.read();
      position = reader.position();
    }
    Map<String, Long> begins = new HashMap<>();
    Map<String, Storage> storages = new HashMap<>();
    if (state instanceof Map<?, ?> map) {
      map.values().stream()
          .filter(View.class::isInstance)
          .forEach(view -> storages.put(((View) view).storage().key(), ((View) view).storage()));
    }
    for (Object key : keys instanceof List<?> list ? list : List.of()) {
      Storage storage = storages.get(key);
      if (storage == null) {
        throw wrong("holds a storage that no tensor of its state uses");
      }
      begins.put(storage.key(), position + Long.BYTES);
      position = Math.addExact(position + Long.BYTES, storage.count() * storage.type().bytes());
    }
    return tensors(
        state,
        (storage, begin, size) -> {
          Long at = begins.get(storage.key());
          if (at == null) {
            throw wrong("lacks storage '%s'".formatted(storage.key()));
          }
          ByteBuffer count = ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
          readFully(channel, count, at - Long.BYTES);
          if (count.getLong(0) != storage.count()) {
            throw wrong(
                "has %d numbers in storage '%s', expected %d"
                    .formatted(count.getLong(0), storage.key(), storage.count()));
          }
          ByteBuffer bytes = ByteBuffer.allocate(size);
          readFully(channel, bytes, at + begin);
          return bytes.array();
        });
  }

  private static InputStream keepOpen(FileChannel channel) {
    return new FilterInputStream(Channels.newInputStream(channel)) {
      @Override
      public void close() {
        // the channel is closed by who opened it
      }
    };
  }

  private void readFully(FileChannel channel, ByteBuffer target, long position) throws IOException {
    while (target.hasRemaining()) {
      if (channel.read(target, position + target.position()) < 0) {
        throw wrong("ends within its numbers (is it truncated?)");
      }
    }
  }

  private Map<String, TensorData> tensors(Object state, Source source) throws IOException {
    if (!(state instanceof Map<?, ?> map)) {
      throw wrong("holds no dictionary of tensors");
    }
    Map<String, TensorData> tensors = new LinkedHashMap<>();
    Map<View, TensorData> read = new HashMap<>();
    long total = 0;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!(entry.getKey() instanceof String name) || !(entry.getValue() instanceof View view)) {
        throw wrong(
            "holds '%s', which is not a tensor: expected a state dictionary"
                .formatted(entry.getKey()));
      }
      TensorData tensor = read.get(view);
      if (tensor == null) {
        total += elements(name, view) * view.storage().type().bytes();
        if (total > BUDGET * fileSize) {
          throw wrong("describes more numbers than it holds, from tensor '%s' on".formatted(name));
        }
        tensor = contiguous(name, view, source);
        read.put(view, tensor);
      }
      tensors.put(name, tensor);
    }
    return tensors;
  }

  /** Checks that a view lies within its storage and repeats nothing of it. */
  private long elements(String name, View view) {
    try {
      long elements = 1;
      long last = view.offset();
      for (int i = 0; i < view.sizes().size(); i++) {
        elements = Math.multiplyExact(elements, view.sizes().get(i));
        long steps = Math.max(0, view.sizes().get(i) - 1);
        last = Math.addExact(last, Math.multiplyExact(steps, view.strides().get(i)));
      }
      Storage storage = view.storage();
      long bytes = Math.multiplyExact(storage.count(), (long) storage.type().bytes());
      boolean fits = elements == 0 || last < storage.count() && elements <= storage.count();
      if (fits && bytes <= fileSize) {
        if ((last - view.offset() + 1) * storage.type().bytes() > Integer.MAX_VALUE - 8) {
          throw wrong("tensor '%s' spans 2 GiB or more, expected less".formatted(name));
        }
        return elements;
      }
    } catch (ArithmeticException e) {
      // said below
    }
    throw wrong(
        "tensor '%s' has sizes %s, strides %s and offset %d, which do not lie within its storage of %d numbers"
            .formatted(name, view.sizes(), view.strides(), view.offset(), view.storage().count()));
  }

  private static TensorData contiguous(String name, View view, Source source) throws IOException {
    int width = view.storage().type().bytes();
    long[] shape = view.sizes().stream().mapToLong(Long::longValue).toArray();
    int elements = (int) Arrays.stream(shape).reduce(1, (a, b) -> a * b);
    long span = 1;
    boolean plain = true;
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      span += Math.max(0, shape[i] - 1) * view.strides().get(i);
      plain &= shape[i] == 1 || view.strides().get(i) == expected;
      expected *= shape[i];
    }
    int size = elements == 0 ? 0 : Math.toIntExact(span * width);
    byte[] bytes = source.read(view.storage(), view.offset() * width, size);
    if (!plain && elements > 0) {
      bytes = gather(bytes, shape, view.strides(), width, elements);
    }
    return new TensorData(view.storage().type(), shape, ByteBuffer.wrap(bytes));
  }

  private static byte[] gather(
      byte[] from, long[] shape, List<Long> strides, int width, int elements) {
    byte[] to = new byte[elements * width];
    long[] index = new long[shape.length];
    long at = 0;
    for (int i = 0; i < elements; i++) {
      System.arraycopy(from, (int) at * width, to, i * width, width);
      for (int d = shape.length - 1; d >= 0; d--) {
        index[d]++;
        at += strides.get(d);
        if (index[d] < shape[d]) {
          break;
        }
        at -= index[d] * strides.get(d);
        index[d] = 0;
      }
    }
    return to;
  }

  @Override
  public Optional<Object> global(String module, String name) {
    boolean storage = module.equals("torch") || module.equals("torch.cuda");
    return storage && STORAGES.containsKey(name)
        ? Optional.of(STORAGES.get(name))
        : Optional.ofNullable(callables.get(module + "." + name));
  }

  /** {@code ("storage", type, key, location, count)}, in old files with a view, which is None. */
  @Override
  public Object persistent(Object id) {
    if (id instanceof Tuple tuple
        && tuple.items().size() >= 5
        && "storage".equals(tuple.items().get(0))
        && tuple.items().get(1) instanceof TensorType type
        && tuple.items().get(2) instanceof String key
        && tuple.items().get(4) instanceof Long count
        && count >= 0
        && (tuple.items().size() == 5 || tuple.items().get(5) == PickleReader.NONE)) {
      return new Storage(type, key, count);
    }
    throw wrong("refers to something outside that is not a storage of a known type");
  }

  private Object orderedDict(Tuple arguments) {
    Map<Object, Object> dictionary = new LinkedHashMap<>();
    if (arguments.items().isEmpty()) {
      return dictionary;
    }
    Object pairs = arguments.items().get(0);
    for (Object pair : pairs instanceof List<?> list ? list : List.of(pairs)) {
      List<Object> items =
          pair instanceof Tuple tuple
              ? tuple.items()
              : pair instanceof List<?> list ? List.copyOf(list) : List.of();
      if (items.size() != 2 || !(items.get(0) instanceof String)) {
        throw wrong("builds a dictionary from something other than pairs");
      }
      dictionary.put(items.get(0), items.get(1));
    }
    return dictionary;
  }

  /** {@code (storage, offset, sizes, strides, ...)}; the rest says nothing of the numbers. */
  private Object tensor(Tuple arguments) {
    List<Object> items = arguments.items();
    if (items.size() >= 4
        && items.get(0) instanceof Storage storage
        && items.get(1) instanceof Long offset
        && offset >= 0) {
      List<Long> sizes = numbers(items.get(2));
      List<Long> strides = numbers(items.get(3));
      if (sizes.size() == strides.size()) {
        return new View(storage, offset, sizes, strides);
      }
    }
    throw wrong(
        "builds a tensor from something other than a storage, an offset, sizes and strides");
  }

  /** {@code (tensor, requires_grad, hooks)}. */
  private Object parameter(Tuple arguments) {
    if (arguments.items().isEmpty() || !(arguments.items().get(0) instanceof View view)) {
      throw wrong("builds a parameter from something other than a tensor");
    }
    return view;
  }

  private List<Long> numbers(Object value) {
    if (value instanceof Tuple tuple
        && tuple.items().size() <= 16
        && tuple.items().stream().allMatch(each -> each instanceof Long size && size >= 0)) {
      return tuple.items().stream().map(Long.class::cast).toList();
    }
    throw wrong("has sizes or strides that are not whole numbers from 0");
  }

  private UserException wrong(String what) {
    return new UserException("%s: %s".formatted(file, what));
  }
}
