/**
 * From a plan to the programs of its stages.
 *
 * <p>In come a sound plan and the graph it was made for. Out goes a bundle of programs in which
 * every reshard is a route of collectives and every buffer has an end. Nothing is chosen that the
 * plan leaves open. A new kind of decision in the plan is a new step of {@code LowerPlan}.
 */
package autopar.lowering;
