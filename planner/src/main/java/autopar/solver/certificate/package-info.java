/**
 * Bounds that anyone can check: proofs in small steps, and the checker that follows them.
 *
 * <p>In come a problem and a proof, from memory or from a file. Out goes whether its bound holds,
 * in exact integers. Nothing of how it was found is used or trusted here. A further kind of step is
 * a new record of ProofStep, with what makes it safe in ProofState.
 */
package autopar.solver.certificate;
