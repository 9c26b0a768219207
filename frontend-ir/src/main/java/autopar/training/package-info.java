/**
 * The training graph: forward, backward and update of a model, and its recompute variants.
 *
 * <p>In comes a verified graph and the optimizer. Out comes a graph that says for every value in
 * which phase it is made and which saved values it needs. Nothing here knows devices or prices. The
 * gradient of a new operation is a new rule beside the others.
 */
package autopar.training;
