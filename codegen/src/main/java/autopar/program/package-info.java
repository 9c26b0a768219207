/**
 * Rank programs: everything that runs is decided here, buffers, order, groups and messages.
 *
 * <p>In come layouts on a stage's mesh. Out goes one program per stage, which every rank of the
 * stage runs at its own coordinates, and the proof that it cannot go wrong. No op is computed and
 * no plan is read. A new instruction is a new record, a case of the verifier and one of the
 * executor.
 */
package autopar.program;
