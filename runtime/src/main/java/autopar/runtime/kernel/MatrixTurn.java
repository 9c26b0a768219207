package autopar.runtime.kernel;

import static autopar.runtime.kernel.VectorMath.load;

import java.util.function.IntUnaryOperator;
import jdk.incubator.vector.IntVector;

/**
 * Turns matrices. Where vectors hold sixteen numbers, a line of the cache, tiles of 16 x 16 turn in
 * vectors, along rows of the result, so that each line is read once and written once. Elsewhere
 * sixteen columns are turned one number at a time.
 */
final class MatrixTurn {

  private static final int TILE = 16;

  /** Elements that are read from a column in one go where numbers are moved one by one. */
  private static final int BLOCK = 512;

  /**
   * Elements from the start of a large array to a multiple of 64 bytes: objects of G1 that fill
   * regions start with them, and the header has 16 bytes. A vector that spans two lines makes
   * columns a power of two apart push each other out of the cache before their other half is read.
   */
  private static final int TO_LINE = 12;

  /** Below, more tiles cost more than lines that are read twice. */
  private static final int LARGE = 256;

  private static final IntVector LOW_1 = lowOf(1);
  private static final IntVector HIGH_1 = highOf(1);
  private static final IntVector LOW_2 = lowOf(2);
  private static final IntVector HIGH_2 = highOf(2);
  private static final IntVector LOW_4 = lowOf(4);
  private static final IntVector HIGH_4 = highOf(4);
  private static final IntVector LOW_8 = lowOf(8);
  private static final IntVector HIGH_8 = highOf(8);

  private final boolean vectors;
  private final float[] tile = new float[TILE * TILE];

  MatrixTurn() {
    this(VectorMath.bound(TILE) == TILE && VectorMath.L == TILE);
  }

  /**
   * @param vectors whether tiles turn in vectors, which must hold sixteen numbers
   */
  MatrixTurn(boolean vectors) {
    this.vectors = vectors;
  }

  /**
   * y[r][c] = x[c][r]; rows of x start {@code stepX} apart from {@code fromX}, those of y alike.
   */
  void turn(
      float[] x, int fromX, int stepX, int rows, int columns, float[] y, int fromY, int stepY) {
    if (vectors && Math.min(rows, columns) >= TILE) {
      inTiles(x, fromX, stepX, rows, columns, y, fromY, stepY);
    } else {
      oneByOne(x, fromX, stepX, rows, columns, y, fromY, stepY);
    }
  }

  /** Tiles at the edges overlap their neighbours and write the same numbers again. */
  private void inTiles(
      float[] x, int fromX, int stepX, int rows, int columns, float[] y, int fromY, int stepY) {
    boolean large = Math.min(rows, columns) >= LARGE;
    int top = large ? toLine(fromX, stepX) : TILE;
    int left = large ? toLine(fromY, stepY) : TILE;
    for (int nextRow = top, r = 0; r < rows; r = nextRow, nextRow += TILE) {
      int row = Math.min(r, rows - TILE);
      int from = fromX + row;
      int to = fromY + row * stepY;
      for (int next = left, c = 0; c < columns; c = next, next += TILE) {
        int column = Math.min(c, columns - TILE);
        turnTile(x, from + column * stepX, stepX, y, to + column, stepY);
      }
    }
  }

  private static void oneByOne(
      float[] x, int fromX, int stepX, int rows, int columns, float[] y, int fromY, int stepY) {
    int inner = columns / TILE * TILE;
    for (int r = 0; r < rows; r += BLOCK) {
      int height = Math.min(BLOCK, rows - r);
      int from = fromX + r;
      int to = fromY + r * stepY;
      for (int c = 0; c < inner; c += TILE) {
        sixteen(x, from + c * stepX, stepX, height, y, to + c, stepY);
      }
      for (int k = 0; k < height && inner < columns; k++) {
        gatherRow(x, from + inner * stepX + k, stepX, y, to + k * stepY + inner, columns - inner);
      }
    }
  }

  /** Elements from {@code from} to the first that starts a line of every row; else a tile. */
  private static int toLine(int from, int step) {
    int ahead = step % TILE == 0 ? Math.floorMod(TO_LINE - from, TILE) : 0;
    return ahead > 0 ? ahead : TILE;
  }

  static void gatherRow(float[] x, int from, int step, float[] y, int at, int n) {
    for (int j = 0; j < n; j++) {
      y[at + j] = x[from + j * step];
    }
  }

  /**
   * Numbers change places with those of other rows 1, 2, 4 and 8 apart, four rows at a time: first
   * of four in a row, then of the four that are four apart.
   */
  private void turnTile(float[] x, int from, int stepX, float[] y, int to, int stepY) {
    for (int r = 0; r < TILE; r += 4) {
      four(x, from + r * stepX, stepX, LOW_1, HIGH_1, LOW_2, HIGH_2, tile, r * TILE, TILE);
    }
    for (int r = 0; r < 4; r++) {
      four(tile, r * TILE, 4 * TILE, LOW_4, HIGH_4, LOW_8, HIGH_8, y, to + r * stepY, 4 * stepY);
    }
  }

  private static void four(
      float[] x,
      int from,
      int stepX,
      IntVector nearLow,
      IntVector nearHigh,
      IntVector farLow,
      IntVector farHigh,
      float[] y,
      int to,
      int stepY) {
    IntVector a = load(x, from).reinterpretAsInts();
    IntVector b = load(x, from + stepX).reinterpretAsInts();
    IntVector c = load(x, from + 2 * stepX).reinterpretAsInts();
    IntVector d = load(x, from + 3 * stepX).reinterpretAsInts();
    IntVector p = nearLow.selectFrom(a, b);
    IntVector q = nearHigh.selectFrom(a, b);
    IntVector r = nearLow.selectFrom(c, d);
    IntVector s = nearHigh.selectFrom(c, d);
    farLow.selectFrom(p, r).reinterpretAsFloats().intoArray(y, to);
    farLow.selectFrom(q, s).reinterpretAsFloats().intoArray(y, to + stepY);
    farHigh.selectFrom(p, r).reinterpretAsFloats().intoArray(y, to + 2 * stepY);
    farHigh.selectFrom(q, s).reinterpretAsFloats().intoArray(y, to + 3 * stepY);
  }

  /** Of two rows {@code distance} apart, what the upper holds afterwards. */
  private static IntVector lowOf(int distance) {
    return lanes(i -> (i & distance) == 0 ? i : TILE + i - distance);
  }

  private static IntVector highOf(int distance) {
    return lanes(i -> (i & distance) == 0 ? i + distance : TILE + i);
  }

  private static IntVector lanes(IntUnaryOperator of) {
    int[] lanes = new int[TILE];
    for (int i = 0; i < TILE; i++) {
      lanes[i] = of.applyAsInt(i);
    }
    return IntVector.fromArray(IntVector.SPECIES_512, lanes, 0);
  }

  private static void sixteen(
      float[] x, int from, int stepX, int height, float[] y, int at, int stepY) {
    int x1 = from + stepX;
    int x2 = x1 + stepX;
    int x3 = x2 + stepX;
    int x4 = x3 + stepX;
    int x5 = x4 + stepX;
    int x6 = x5 + stepX;
    int x7 = x6 + stepX;
    int x8 = x7 + stepX;
    int x9 = x8 + stepX;
    int x10 = x9 + stepX;
    int x11 = x10 + stepX;
    int x12 = x11 + stepX;
    int x13 = x12 + stepX;
    int x14 = x13 + stepX;
    int x15 = x14 + stepX;
    for (int k = 0; k < height; k++) {
      int to = at + k * stepY;
      y[to] = x[from + k];
      y[to + 1] = x[x1 + k];
      y[to + 2] = x[x2 + k];
      y[to + 3] = x[x3 + k];
      y[to + 4] = x[x4 + k];
      y[to + 5] = x[x5 + k];
      y[to + 6] = x[x6 + k];
      y[to + 7] = x[x7 + k];
      y[to + 8] = x[x8 + k];
      y[to + 9] = x[x9 + k];
      y[to + 10] = x[x10 + k];
      y[to + 11] = x[x11 + k];
      y[to + 12] = x[x12 + k];
      y[to + 13] = x[x13 + k];
      y[to + 14] = x[x14 + k];
      y[to + 15] = x[x15 + k];
    }
  }
}
