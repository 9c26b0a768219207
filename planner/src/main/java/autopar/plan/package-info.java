/**
 * The plan: everything decided, nothing device-specific; the contract that later modules read.
 *
 * <p>In come the decisions of the planner. Out goes one immutable value that prints to JSON and
 * parses back. Nothing is searched and nothing is estimated here. A new decision is a new field, a
 * key of the schema and a numbered constraint of the verifier.
 */
package autopar.plan;
