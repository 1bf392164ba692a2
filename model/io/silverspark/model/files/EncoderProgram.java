package io.silverspark.model.files;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The program that runs an encoder and the weights that it takes, as lists of slots. All layers
 * have as many slots; a weight that a layer does not have leaves its slot empty.
 *
 * @param texts file names of the program's text, joined in this order
 * @param className name of the program's class in the text
 * @param constants values for each {@code $name} of the text
 * @param embeddings list {@code e} of the program: word table first, then all that stands outside
 *     the layers
 * @param layers list {@code w} of the program, by layer
 * @param head list {@code h} of the program: a classifier's weights; empty where the architecture
 *     has no classifier
 * @param kept weights that the encoder does not use and that are saved where the file has them
 */
public record EncoderProgram(
    List<String> texts,
    String className,
    Map<String, Object> constants,
    List<Slot> embeddings,
    List<List<Slot>> layers,
    List<Slot> head,
    List<Slot> kept) {

  /**
   * A weight of the program.
   *
   * @param name as in {@link ModelFiles#weights()}; empty: the slot stays empty
   * @param shape its dimensions
   * @param linear whether it belongs to a matrix product, which may run in 16 bits
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Slot(String name, long[] shape, boolean linear) {
    static final Slot NONE = new Slot("", new long[] {0}, false);

    /** Whether the model has the weight. */
    public boolean present() {
      return !name.isEmpty();
    }

    static Slot of(String name, long... shape) {
      return new Slot(name, shape, false);
    }

    /** Weight [out, in] and bias [out] of a linear layer. */
    static List<Slot> linear(String name, long out, long in, boolean bias) {
      return List.of(
          new Slot(name + ".weight", new long[] {out, in}, true),
          bias ? new Slot(name + ".bias", new long[] {out}, true) : NONE);
    }

    /** Weight and bias of a layer norm. */
    static List<Slot> norm(String name, long size, boolean bias) {
      return List.of(of(name + ".weight", size), bias ? of(name + ".bias", size) : NONE);
    }

    static List<Slot> none(int slots) {
      return Collections.nCopies(slots, NONE);
    }
  }

  /** The text that all programs but BERT's begin with. */
  static final List<String> SHARED = List.of("encoder.torchscript", "heads.torchscript");

  /** Copies the lists. */
  public EncoderProgram {
    texts = List.copyOf(texts);
    constants = Map.copyOf(constants);
    embeddings = List.copyOf(embeddings);
    layers = layers.stream().map(List::copyOf).toList();
    head = List.copyOf(head);
    kept = List.copyOf(kept);
  }

  /** A program on the shared text; the constants get the layers and their linear slots. */
  static EncoderProgram shared(
      String text,
      Map<String, Object> constants,
      List<Slot> embeddings,
      List<List<Slot>> layers,
      List<Slot> head,
      List<Slot> kept) {
    List<String> texts = new ArrayList<>(SHARED);
    texts.add(text);
    Map<String, Object> all = new LinkedHashMap<>(constants);
    all.put("layers", layers.size());
    all.put(
        "linear",
        layers.get(0).stream().map(slot -> slot.linear() ? "True" : "False").toList().toString());
    return new EncoderProgram(texts, "Encoder", all, embeddings, layers, head, kept);
  }

  /** A literal that TorchScript reads as float, never as int. */
  public static String number(double value) {
    return String.format(Locale.ROOT, "%.17e", value);
  }

  /** What scores of attention are multiplied by: one over the root of a size. */
  static String scale(double size) {
    return number(1 / Math.sqrt(size));
  }

  /** Joins the slots of a list. */
  @SafeVarargs
  static List<Slot> slots(List<Slot>... parts) {
    List<Slot> slots = new ArrayList<>();
    for (List<Slot> part : parts) {
      slots.addAll(part);
    }
    return slots;
  }

  /**
   * Shapes of the weights that a model needs, each once.
   *
   * @param classifier whether those of a classifier are needed too
   */
  Map<String, long[]> shapes(boolean classifier) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    put(shapes, embeddings);
    layers.forEach(layer -> put(shapes, layer));
    if (classifier) {
      put(shapes, head);
    }
    return shapes;
  }

  private static void put(Map<String, long[]> shapes, List<Slot> slots) {
    slots.stream().filter(Slot::present).forEach(slot -> shapes.put(slot.name(), slot.shape()));
  }
}
