/**
 * Why a plan is as it is, and what would be otherwise.
 *
 * <p>In come a plan and the request it answers. Out go its decisions with their runners-up, what
 * binds, what changed circumstances would do, and the difference of two plans. Nothing is priced
 * here: every figure is the planner's, asked with a restricted or changed request. A new decision
 * is a constant of {@link autopar.explain.Decision} with its alternatives.
 */
package autopar.explain;
