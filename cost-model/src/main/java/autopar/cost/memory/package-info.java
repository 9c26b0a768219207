/**
 * Bytes on one device.
 *
 * <p>In come parameters, gradients, optimizer state, activations and the schedule's micro-batches
 * in flight. Out go bytes by category, with context, communicators and fragmentation. Nothing is
 * rounded down. A new consumer of memory is a new category.
 */
package autopar.cost.memory;
