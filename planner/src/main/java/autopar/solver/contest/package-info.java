/**
 * Instances in the JSON form of the ASPLOS/EuroSys 2025 contest.
 *
 * <p>In comes a file, plain or gzipped. Out goes a problem, or a fault with its line and column.
 * Nothing is solved here. A new form of instances is a new reader.
 */
package autopar.solver.contest;
