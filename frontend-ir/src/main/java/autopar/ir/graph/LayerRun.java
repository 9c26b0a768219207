package autopar.ir.graph;

import java.util.List;
import java.util.Set;

/**
 * Equal layers found in a flat graph.
 *
 * @param arguments values that the first layer reads, the carried ones first
 * @param results values of the last layer that the carried arguments stand for
 * @param ownedParameters parameters that belong to one layer each
 */
record LayerRun(
    String block,
    int firstInstance,
    int count,
    Body body,
    List<Integer> arguments,
    List<Integer> results,
    Set<Integer> ownedParameters) {}
