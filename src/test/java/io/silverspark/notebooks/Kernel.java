package io.silverspark.notebooks;

import java.util.ArrayList;
import java.util.List;

/**
 * What a Java kernel of Jupyter offers to cells, with the signatures of JJava: {@code render} and
 * {@code display}. One notebook runs at a time.
 */
public final class Kernel {
  private static final List<Rendered> OUTPUTS = new ArrayList<>();

  /** Something shown under a cell. */
  record Rendered(String mimeType, String data) {
    @Override
    public String toString() {
      return "";
    }
  }

  private Kernel() {}

  /** Shows data as a MIME type; as the last expression of a cell it is the cell's result. */
  public static Object render(Object data, String mimeType) {
    Rendered rendered = new Rendered(mimeType, String.valueOf(data));
    OUTPUTS.add(rendered);
    return rendered;
  }

  /** Shows data as a MIME type in the midst of a cell. */
  public static void display(Object data, String mimeType) {
    render(data, mimeType);
  }

  static List<Rendered> takeOutputs() {
    List<Rendered> taken = List.copyOf(OUTPUTS);
    OUTPUTS.clear();
    return taken;
  }
}
