package autopar.ir.op;

import java.util.Locale;

/** A function of two elements. */
public enum BinaryKind {
  ADD,
  SUB,
  MUL,
  DIV,
  MAX;

  /** The name of the function form; all but {@link #MAX} are usually written as operators. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
