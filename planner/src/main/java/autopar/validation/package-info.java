/**
 * The planner's prices against what real clusters measured.
 *
 * <p>In come published runs: shape, hardware, exact layout, seconds. Out go predicted seconds and
 * bytes per run, priced through the planner with everything forced, and errors per source. No
 * number is fitted and no row is treated specially here. A new kind of row is a new mapping in
 * RunRequest.
 */
package autopar.validation;
