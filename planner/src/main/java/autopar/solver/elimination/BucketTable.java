package autopar.solver.elimination;

import java.util.Arrays;

/**
 * The bucket of one eliminated variable: adds its inputs over the variables of the message and
 * minimises the eliminated one out.
 *
 * <p>Inputs are the variable's unary costs, pair tables and earlier messages, each addressed by a
 * stride per variable. Inputs that do not depend on the last variable of the scope are added once
 * per assignment of the others.
 */
final class BucketTable {
  /** Variables of the table being built, the message's scope; the eliminated variable apart. */
  private int[] scope = new int[0];

  private int[] extent = new int[8];
  private int eliminated;
  private int eliminatedExtent;
  private double[] unary = new double[0];
  private int inputs;
  private double[][] tables = new double[8][];

  /** By input: where it begins in its array. */
  private int[] bases = new int[8];

  /** By input and position in the scope; the eliminated variable's stride comes last. */
  private int[][] strides = new int[8][];

  private int[] offsets = new int[8];
  private int[] digits = new int[8];
  private double[] partial = new double[0];
  private double[] row = new double[0];

  /**
   * Begins the bucket of {@code variable}, or with -1 a table that eliminates nothing.
   *
   * @param costs the unary costs of the variable
   * @param over the variables of the message, the last one fastest
   * @param sizes domain size by variable
   */
  void begin(int variable, double[] costs, int[] over, int[] sizes) {
    eliminated = variable;
    eliminatedExtent = variable < 0 ? 1 : sizes[variable];
    unary = costs;
    scope = over;
    inputs = 0;
    if (extent.length < scope.length) {
      extent = new int[scope.length];
      digits = new int[scope.length];
    }
    for (int k = 0; k < scope.length; k++) {
      extent[k] = sizes[scope[k]];
    }
  }

  /** Adds the unary costs of a variable of the scope. */
  void addUnary(int variable, double[] costs) {
    setStride(addInput(costs, 0), variable, 1);
  }

  /** Adds a pair table, row-major, the values of b fastest. */
  void addPair(double[] table, int a, int b, int[] sizes) {
    int slot = addInput(table, 0);
    setStride(slot, a, sizes[b]);
    setStride(slot, b, 1);
  }

  /** Adds a message that begins at {@code base} of its array. */
  void addMessage(double[] message, int base, int[] over, int[] sizes) {
    int slot = addInput(message, base);
    int stride = 1;
    for (int k = over.length - 1; k >= 0; k--) {
      setStride(slot, over[k], stride);
      stride *= sizes[over[k]];
    }
  }

  private int addInput(double[] table, int base) {
    if (inputs == tables.length) {
      tables = Arrays.copyOf(tables, 2 * inputs);
      bases = Arrays.copyOf(bases, 2 * inputs);
      strides = Arrays.copyOf(strides, 2 * inputs);
      offsets = new int[2 * inputs];
    }
    tables[inputs] = table;
    bases[inputs] = base;
    if (strides[inputs] == null || strides[inputs].length < scope.length + 1) {
      strides[inputs] = new int[scope.length + 1];
    } else {
      Arrays.fill(strides[inputs], 0);
    }
    return inputs++;
  }

  private void setStride(int slot, int variable, int stride) {
    if (variable == eliminated) {
      strides[slot][scope.length] = stride;
      return;
    }
    for (int k = 0; k < scope.length; k++) {
      if (scope[k] == variable) {
        strides[slot][k] = stride;
      }
    }
  }

  /** The number of cells of the message. */
  int cells() {
    int cells = 1;
    for (int k = 0; k < scope.length; k++) {
      cells *= extent[k];
    }
    return cells;
  }

  /**
   * Writes the message from {@code base} on: per assignment of the scope, the least sum over the
   * eliminated one.
   */
  void minimise(double[] message, int base) {
    if (partial.length < eliminatedExtent) {
      partial = new double[eliminatedExtent];
    }
    if (scope.length == 0) {
      startPartial();
      addFixedInputs(0);
      message[base] = least(partial, eliminatedExtent);
      return;
    }
    int last = scope.length - 1;
    int width = extent[last];
    int rows = width == 0 ? 0 : cells() / width;
    Arrays.fill(digits, 0, scope.length, 0);
    System.arraycopy(bases, 0, offsets, 0, inputs);
    for (int r = 0; r < rows; r++) {
      startPartial();
      addFixedInputs(last);
      minimiseRow(last, width, message, base + r * width);
      advance(last);
    }
  }

  /** Writes the sum of all inputs; no variable is eliminated. */
  void sum(double[] target) {
    int cells = cells();
    Arrays.fill(digits, 0, scope.length, 0);
    System.arraycopy(bases, 0, offsets, 0, inputs);
    for (int cell = 0; cell < cells; cell++) {
      double total = 0;
      for (int i = 0; i < inputs; i++) {
        total += tables[i][offsets[i]];
      }
      target[cell] = total;
      advance(scope.length);
    }
  }

  /** The cheapest value of the eliminated variable when the scope is set as in {@code choice}. */
  int best(int[] choice) {
    if (partial.length < eliminatedExtent) {
      partial = new double[eliminatedExtent];
    }
    for (int i = 0; i < inputs; i++) {
      offsets[i] = bases[i];
      for (int k = 0; k < scope.length; k++) {
        offsets[i] += choice[scope[k]] * strides[i][k];
      }
    }
    System.arraycopy(unary, 0, partial, 0, eliminatedExtent);
    for (int i = 0; i < inputs; i++) {
      addToPartial(tables[i], offsets[i], strides[i][scope.length]);
    }
    int best = 0;
    for (int x = 1; x < eliminatedExtent; x++) {
      if (partial[x] < partial[best]) {
        best = x;
      }
    }
    return best;
  }

  private void startPartial() {
    System.arraycopy(unary, 0, partial, 0, eliminatedExtent);
    if (scope.length == 0) {
      System.arraycopy(bases, 0, offsets, 0, inputs);
    }
  }

  /** Adds the inputs that the scope's variable {@code last} does not touch. */
  private void addFixedInputs(int last) {
    for (int i = 0; i < inputs; i++) {
      if (scope.length == 0 || strides[i][last] == 0) {
        addToPartial(tables[i], offsets[i], strides[i][scope.length]);
      }
    }
  }

  private void addToPartial(double[] table, int offset, int stride) {
    if (stride == 1) {
      for (int x = 0; x < eliminatedExtent; x++) {
        partial[x] += table[offset + x];
      }
    } else {
      for (int x = 0, at = offset; x < eliminatedExtent; x++, at += stride) {
        partial[x] += table[at];
      }
    }
  }

  private void minimiseRow(int last, int width, double[] message, int to) {
    Arrays.fill(message, to, to + width, Double.POSITIVE_INFINITY);
    if (row.length < width) {
      row = new double[width];
    }
    for (int x = 0; x < eliminatedExtent; x++) {
      double base = partial[x];
      if (base == Double.POSITIVE_INFINITY) {
        continue;
      }
      Arrays.fill(row, 0, width, base);
      for (int i = 0; i < inputs; i++) {
        int step = strides[i][last];
        if (step != 0) {
          addToRow(tables[i], offsets[i] + x * strides[i][scope.length], step, width);
        }
      }
      for (int y = 0; y < width; y++) {
        message[to + y] = Math.min(message[to + y], row[y]);
      }
    }
  }

  private void addToRow(double[] table, int offset, int step, int width) {
    if (step == 1) {
      for (int y = 0; y < width; y++) {
        row[y] += table[offset + y];
      }
    } else {
      for (int y = 0, at = offset; y < width; y++, at += step) {
        row[y] += table[at];
      }
    }
  }

  /** Moves to the next assignment of the scope's first {@code count} variables. */
  private void advance(int count) {
    for (int k = count - 1; k >= 0; k--) {
      digits[k]++;
      for (int i = 0; i < inputs; i++) {
        offsets[i] += strides[i][k];
      }
      if (digits[k] < extent[k]) {
        return;
      }
      for (int i = 0; i < inputs; i++) {
        offsets[i] -= extent[k] * strides[i][k];
      }
      digits[k] = 0;
    }
  }

  private static double least(double[] values, int count) {
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < count; i++) {
      least = Math.min(least, values[i]);
    }
    return least;
  }
}
