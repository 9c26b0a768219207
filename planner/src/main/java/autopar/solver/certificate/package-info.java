/**
 * Bounds that anyone can check: prices and potentials, and the sum they prove.
 *
 * <p>In come a problem and a certificate, from memory or from a file. Out goes the bound that the
 * certificate proves, in exact integers. Nothing of how it was found is used or trusted here. A
 * stronger kind of proof is a new record with its own checker.
 */
package autopar.solver.certificate;
