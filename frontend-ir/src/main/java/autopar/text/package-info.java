/**
 * The .ir language: grammar, reader, expansion and printer; the only room that sees ANTLR.
 *
 * <p>In comes source text with dimension overrides. Out comes a graph, or diagnostics at the place
 * where the text is wrong; a graph also prints back to text. No generated class and no token leaves
 * this room. A new construct begins in the grammar and ends in the printer.
 */
package autopar.text;
