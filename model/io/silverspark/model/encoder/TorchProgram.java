package io.silverspark.model.encoder;

import static java.util.stream.Collectors.joining;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript program kept in this repository as readable text and packed into an archive when it
 * is loaded, so that neither Python nor a binary file is needed.
 *
 * <p>The program holds no weights: each method takes them as a {@code List[Tensor]}, so weights,
 * gradients and files stay in Java while one native call runs a whole encoder. Numbers of the model
 * (number of heads, dropout) are written into the text in place of {@code $name}.
 *
 * <p>The archive is the smallest one that PyTorch accepts: the pickle of an empty module, empty
 * constants, the code and the format's version.
 */
public final class TorchProgram implements AutoCloseable {
  private static final Pattern CONSTANT = Pattern.compile("\\$([a-z_0-9]+)");
  private static final byte[] NO_CONSTANTS = {(byte) 0x80, 2, ')', '.'};

  private final NDManager manager;
  private final PtSymbolBlock block;

  private TorchProgram(NDManager manager, PtSymbolBlock block) {
    this.manager = manager;
    this.block = block;
  }

  /**
   * Loads a program whose text is one file. The caller closes it.
   *
   * @param parent decides the device; the program lives in a sub-manager of it
   * @param owner class beside whose file the program text lies
   * @param resource file name of the text, such as {@code modules.torchscript}
   * @param className name of the program's class in the text
   * @param constants values for each {@code $name} of the text
   * @return the program, safe for use by several threads
   */
  public static TorchProgram load(
      NDManager parent,
      Class<?> owner,
      String resource,
      String className,
      Map<String, Object> constants) {
    return load(parent, owner, List.of(resource), className, constants);
  }

  /**
   * Loads a program. The caller closes it.
   *
   * @param parent decides the device; the program lives in a sub-manager of it
   * @param owner class beside whose file the program text lies
   * @param resources file names of the text, joined in this order, such as {@code bert.torchscript}
   * @param className name of the program's class in the text
   * @param constants values for each {@code $name} of the text
   * @return the program, safe for use by several threads
   */
  public static TorchProgram load(
      NDManager parent,
      Class<?> owner,
      List<String> resources,
      String className,
      Map<String, Object> constants) {
    String text =
        CONSTANT
            .matcher(resources.stream().map(each -> read(owner, each)).collect(joining()))
            .replaceAll(
                name -> Matcher.quoteReplacement(value(constants, name.group(1), resources)));
    NDManager manager = parent.newSubManager();
    try {
      ByteArrayInputStream archive = new ByteArrayInputStream(pack(text, className));
      PtSymbolBlock block = JniUtils.loadModule((PtNDManager) manager, archive, false, false);
      return new TorchProgram(manager, block);
    } catch (IOException e) {
      manager.close();
      throw new UncheckedIOException(e);
    }
  }

  private static String value(Map<String, Object> constants, String name, List<String> resources) {
    Object value = constants.get(name);
    if (value == null) {
      throw new IllegalArgumentException(resources + " have a constant without value: " + name);
    }
    return value.toString();
  }

  /**
   * Runs one method without recording gradients.
   *
   * @param scope owns the results
   * @param method name of the method in the program
   * @param arguments in the order of the method's parameters: an {@link NDArray} for a Tensor, the
   *     result of {@link #asList} for a {@code List[Tensor]}, a number for a Tensor that the method
   *     makes a number of
   * @return the result's tensors
   */
  public NDList run(NDManager scope, String method, Object... arguments) {
    return call(scope, method, false, arguments);
  }

  /**
   * Runs one method and records gradients when the calling thread has gradient mode on.
   *
   * @param scope owns the results
   * @param method name of the method in the program
   * @param arguments as for {@link #run}
   * @return the result's tensors
   */
  public NDList runRecorded(NDManager scope, String method, Object... arguments) {
    return call(scope, method, true, arguments);
  }

  private NDList call(NDManager scope, String method, boolean recorded, Object... arguments) {
    NDList inputs = new NDList();
    // What DJL takes as an array though the host alone reads it stays with the host: to put it on
    // a GPU would wait for the work that is queued there.
    try (NDManager host = scope.newSubManager(Device.cpu())) {
      NDArray name = host.create(0f);
      name.setName("module_method:" + method);
      inputs.add(name);
      for (Object argument : arguments) {
        addArgument(inputs, argument instanceof Number number ? host.create(number) : argument);
      }
      runAsWritten();
      NDList results = IValueUtils.forward(block, inputs, recorded);
      results.attach(scope);
      return results;
    }
  }

  /**
   * Runs one method without recording gradients and keeps its result as it is, tensors or not.
   *
   * @param method name of the method in the program
   * @param list its only argument, a {@code List[Tensor]}
   * @return the result, for {@link #runWith}; the caller closes it
   */
  IValue prepare(String method, List<NDArray> list) {
    runAsWritten();
    try (IValue argument = listOf(list)) {
      return IValueUtils.runMethod(block, method, argument);
    }
  }

  /**
   * Runs one method without recording gradients on arguments of any kind.
   *
   * @param scope owns the result
   * @param method name of the method in the program
   * @param arguments in the order of the method's parameters: an {@link NDArray} for a Tensor, a
   *     list of them for a {@code List[Tensor]}, a {@code Double} for a float, or what {@link
   *     #prepare} gave
   * @return the tensor or the tensors that the method returns
   */
  public NDList runWith(NDManager scope, String method, Object... arguments) {
    runAsWritten();
    IValue[] values = new IValue[arguments.length];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = value(arguments[i]);
      }
      try (IValue result = IValueUtils.runMethod(block, method, values)) {
        NDList arrays =
            result.isTensor()
                ? new NDList(result.toTensor((PtNDManager) manager))
                : result.toNDList((PtNDManager) manager);
        arrays.attach(scope);
        return arrays;
      }
    } finally {
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null && values[i] != arguments[i]) {
          values[i].close();
        }
      }
    }
  }

  private static IValue value(Object argument) {
    if (argument instanceof IValue prepared) {
      return prepared;
    }
    if (argument instanceof Double number) {
      return IValue.from(number);
    }
    return argument instanceof NDArray array
        ? IValue.from((PtNDArray) array)
        : listOf(((Collection<?>) argument).stream().map(NDArray.class::cast).toList());
  }

  /**
   * By default PyTorch compiles a program again after its first runs and for new shapes. That
   * differs in last bits from what ran before, so a resumed training or labelling would not end as
   * an undisturbed one. The switch is that of the calling thread.
   *
   * <p>Source: torch/csrc/jit/runtime/profiling_graph_executor_impl.cpp.
   */
  private static void runAsWritten() {
    JniUtils.setGraphExecutorOptimize(false);
  }

  private static IValue listOf(List<NDArray> arrays) {
    return IValue.listFrom(arrays.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
  }

  /**
   * Marks arrays as the elements of one {@code List[Tensor]} parameter. DJL groups arrays by this
   * name, so lists of one call need different names; it is set once, before threads share them.
   *
   * @param name of the parameter
   * @param arrays its elements
   * @return the same arrays
   */
  public static List<NDArray> asList(String name, List<NDArray> arrays) {
    arrays.forEach(array -> array.setName(name + "[]"));
    return arrays;
  }

  private static void addArgument(NDList inputs, Object argument) {
    if (argument instanceof NDArray array) {
      inputs.add(array);
      return;
    }
    for (Object element : (Collection<?>) argument) {
      inputs.add((NDArray) element);
    }
  }

  @Override
  public void close() {
    block.close();
    manager.close();
  }

  private static String read(Class<?> owner, String resource) {
    try (InputStream in = owner.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(
            "resource " + resource + " is missing beside " + owner.getName());
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] pack(String code, String className) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "program/data.pkl", emptyModule(className));
      put(zip, "program/code/__torch__.py", code.getBytes(StandardCharsets.UTF_8));
      put(zip, "program/constants.pkl", NO_CONSTANTS);
      put(zip, "program/version", "3\n".getBytes(StandardCharsets.US_ASCII));
      put(zip, "program/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }

  /** Pickle, protocol 2, of {@code __torch__.className()} with training = true and no hook. */
  private static byte[] emptyModule(String className) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {(byte) 0x80, 2});
    out.write(("c__torch__\n" + className + "\n").getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {'q', 0, ')', (byte) 0x81, '}', '('});
    writeText(out, "training", 1);
    out.write((byte) 0x88);
    writeText(out, "_is_full_backward_hook", 2);
    out.write(new byte[] {'N', 'u', 'b', 'q', 3, '.'});
    return out.toByteArray();
  }

  private static void writeText(ByteArrayOutputStream out, String text, int memo)
      throws IOException {
    out.write(new byte[] {'X', (byte) text.length(), 0, 0, 0});
    out.write(text.getBytes(StandardCharsets.US_ASCII));
    out.write(new byte[] {'q', (byte) memo});
  }
}
