/**
 * Good choices of large cores: neighbourhoods solved exactly, one after the other.
 *
 * <p>In come a core and a choice of it. Out come ever better choices that respect the limit. No
 * bound is proved here. A new neighbourhood is a new case of Blocks.
 */
package autopar.solver.search;
