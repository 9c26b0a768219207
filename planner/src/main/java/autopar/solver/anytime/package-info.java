/**
 * The whole solver: reduces, bounds, searches and proves until the time is over or nothing is left
 * to prove.
 *
 * <p>In come a problem and limits. Out comes the best choice with a proven bound, checked by the
 * evaluator, or the proof that there is none. No algorithm lives here, only the order of their
 * turns. A new engine is a new turn.
 */
package autopar.solver.anytime;
