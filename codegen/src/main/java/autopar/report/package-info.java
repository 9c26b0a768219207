/**
 * A plan as something to look at: one HTML page, a timeline, a trace.
 *
 * <p>In comes a plan. Out go a self-contained page, the slices of one step, and the same slices as
 * a Chrome trace or a summary. Nothing is decided or priced here: every number is the plan's, or
 * follows from its numbers by a formula the page states. A new picture is a script in the resources
 * and the part of the page's data that it reads.
 */
package autopar.report;
