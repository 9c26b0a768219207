/**
 * Inputs that tests of several rooms share.
 *
 * <p>Sizes come in. Graphs and clusters go out. Nothing is checked here. A new kind of input is a
 * new method.
 */
package autopar.samples;
