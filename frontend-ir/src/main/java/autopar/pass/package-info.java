/**
 * The form of every step of the compiler: a named pure function from one artefact to the next.
 *
 * <p>In comes an immutable artefact and everything else the step needs, as arguments. Out comes a
 * new artefact, or diagnostics that say why there is none. No pass reads a clock, the environment
 * or unseeded randomness. A new step implements the form in the room of the artefact that it makes.
 */
package autopar.pass;
