package autopar.ir.op;

import autopar.ir.type.ElementType;

/**
 * x -> the same numbers as elements of another kind: reals that stay fp32 in every precision, or
 * such numbers rounded to the compute precision. Its gradient is the cast back.
 *
 * @param to REAL or FLOAT32
 */
public record Cast(ElementType to) implements ForwardOp {}
