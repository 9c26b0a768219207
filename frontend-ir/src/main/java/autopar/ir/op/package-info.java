/**
 * The operations of the language, each with its typing and its one factor rule.
 *
 * <p>In come operand types and attributes. Out go result types, factor rules and FLOPs, or the
 * reason why the operands do not fit. No operation knows how it is sharded, priced or executed. A
 * new operation is a new record of the sealed family, and the compiler lists what else must decide
 * about it.
 */
package autopar.ir.op;
