/**
 * The typed graph of a model: nodes, values, parameters, layers and source positions.
 *
 * <p>In come operations and operands in an order in which every operand exists before its use. Out
 * goes a verified, immutable graph with stable names. Nothing is rewritten in place and no order
 * comes from a hash. A new invariant is a numbered constraint of the verifier, with a test of the
 * same number.
 */
package autopar.ir.graph;
