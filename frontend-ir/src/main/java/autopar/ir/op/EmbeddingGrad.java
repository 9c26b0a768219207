package autopar.ir.op;

import autopar.ir.type.Extent;

/**
 * (ids, dy) -> dtable of {@link Embedding}, summed over ids.
 *
 * @param rows rows of the table
 */
public record EmbeddingGrad(Extent rows) implements GradientOp {}
