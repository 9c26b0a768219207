/**
 * Quantities with their units: bytes, FLOPs, seconds, bytes per second and the ids that must not be
 * mixed up.
 *
 * <p>In come plain numbers at the border of the program. Out go small immutable values that add,
 * compare and print themselves. Nothing here knows what is being counted, and no value is ever NaN.
 * A new unit is a new record beside the others.
 */
package autopar.units;
