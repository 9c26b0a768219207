package autopar.sharding;

import autopar.ir.type.Extent;

/**
 * One independent loop of an op, named uniquely in its rule. An op and its gradients share names.
 */
public record Factor(String name, Extent extent, FactorKind kind) {}
