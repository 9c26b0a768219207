package autopar.text;

import autopar.diagnostics.Diagnostics;
import java.util.Set;

/**
 * What the reading of every body shares.
 *
 * @param forgiven names that a statement lost to a syntax error may have declared
 */
record Context(Dims dims, Blocks blocks, Set<String> forgiven, Diagnostics diagnostics) {}
