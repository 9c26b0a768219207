package autopar.text;

import autopar.ir.type.TensorType;

/** What an expression stands for while a body is being built. */
sealed interface Term {

  /** A value of the body under construction. */
  record Tensor(int id, TensorType type) implements Term {}

  /** A number known now. */
  record Constant(double value) implements Term {}

  /** Something that was reported already: whatever is made of it is silent. */
  record Poison() implements Term {}

  Term POISON = new Poison();
}
