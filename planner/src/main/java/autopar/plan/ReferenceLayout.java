package autopar.plan;

import java.util.Optional;

/**
 * The best layout of a family that people use, priced in the same cost model as the plan.
 *
 * <p>{@code rule} says which layouts belong to the family; {@code layout} is the fastest one that
 * fits, or empty, and then {@code reason} says why none does.
 */
public record ReferenceLayout(
    String name, String rule, Optional<ExploredLayout> layout, String reason) {}
