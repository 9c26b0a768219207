package autopar.ir.graph;

import autopar.ir.type.TensorType;

/** A named tensor; {@code id} is its index in the values of the body or graph that declares it. */
public record Value(int id, String name, TensorType type) {}
