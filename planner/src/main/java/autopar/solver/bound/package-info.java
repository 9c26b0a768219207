/**
 * Lower bounds of cores: dual message passing with prices on the time rows.
 *
 * <p>In comes a core. Out go prices and messages whose value is a bound, the reduced costs that
 * rule strategies out, and choices rounded from them. No choice is searched for here. A stronger
 * bound is a new class that begins from the messages of this one.
 */
package autopar.solver.bound;
