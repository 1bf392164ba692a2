package io.silverspark.model.distributed;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import io.silverspark.model.encoder.TorchProgram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The gradients of one rank as one array on their device. Of a table, such as that of the word
 * pieces, only chosen rows are in it.
 */
final class PackedGradients implements AutoCloseable {
  /** A table with fewer rows travels whole. */
  private static final int TABLE_ROWS = 1024;

  private final List<NDArray> gradients;
  private final List<NDArray> tables;
  private final NDManager manager;
  private final TorchProgram program;
  private NDArray room;

  /**
   * Over gradients that stay where they are from step to step.
   *
   * @param gradients float32, all on one device; stay owned by the caller
   */
  PackedGradients(List<NDArray> gradients) {
    this.gradients = TorchProgram.asList("g", gradients);
    this.tables = gradients.stream().filter(PackedGradients::isTable).toList();
    this.manager = gradients.get(0).getManager().newSubManager();
    this.program =
        TorchProgram.load(
            manager,
            PackedGradients.class,
            "gradients.torchscript",
            "Gradients",
            Map.of("table_rows", TABLE_ROWS, "infinity", "float('inf')"));
    this.room = manager.create(new Shape(0));
  }

  private static boolean isTable(NDArray gradient) {
    Shape shape = gradient.getShape();
    return shape.dimension() == 2 && shape.get(0) >= TABLE_ROWS;
  }

  /** Whether these are the gradients that it was made of. */
  boolean isOf(List<NDArray> others) {
    return gradients.equals(others);
  }

  /** For each table the rows that are not zero. The host waits for the gradients here. */
  List<BitSet> touchedRows() {
    if (tables.isEmpty()) {
      return List.of();
    }
    List<BitSet> touched = new ArrayList<>();
    try (NDManager scope = manager.newSubManager()) {
      for (NDArray table : program.run(scope, "touched", gradients)) {
        boolean[] marks = table.toBooleanArray();
        BitSet rows = new BitSet(marks.length);
        for (int row = 0; row < marks.length; row++) {
          rows.set(row, marks[row]);
        }
        touched.add(rows);
      }
    }
    return touched;
  }

  /**
   * Packs the gradients, lets them be changed, and writes them back.
   *
   * @param rows of each table those that take part; the others stay as they are
   * @param change of the packed values, in place
   * @return bytes of the packed values
   */
  long exchange(List<BitSet> rows, Consumer<NDArray> change) {
    try (NDManager scope = manager.newSubManager()) {
      List<NDArray> chosen = new ArrayList<>();
      for (BitSet each : rows) {
        chosen.add(scope.create(each.stream().asLongStream().toArray()));
      }
      if (chosen.isEmpty()) {
        chosen.add(scope.create(new long[0])); // DJL cannot pass a list of nothing
      }
      TorchProgram.asList("rows", chosen);
      long size = size(rows);
      if (room.size() < size) {
        room.close();
        room = manager.create(new Shape(size));
      }
      program.run(scope, "pack", gradients, chosen, room);
      change.accept(room.get(scope, new NDIndex("0:" + size)));
      program.run(scope, "unpack", gradients, chosen, room);
      return size * Float.BYTES;
    }
  }

  private long size(List<BitSet> rows) {
    long size = gradients.stream().mapToLong(NDArray::size).sum();
    for (int i = 0; i < tables.size(); i++) {
      Shape table = tables.get(i).getShape();
      size -= (table.get(0) - rows.get(i).cardinality()) * table.get(1);
    }
    return size;
  }

  @Override
  public void close() {
    program.close();
    manager.close();
  }
}
