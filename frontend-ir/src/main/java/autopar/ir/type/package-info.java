/**
 * Types of tensors: element types, symbolic dimensions, shapes and their arithmetic.
 *
 * <p>In come integer expressions over named dimensions. Out go evaluated sizes that cannot overflow
 * and tensor types that can be compared. Nothing here knows operations, devices or shards. A new
 * element type is a new constant, and the compiler names every switch that must decide about it.
 */
package autopar.ir.type;
