/**
 * Seconds of kernels on one device.
 *
 * <p>In come shapes, element types and bytes moved. Out goes the greater of arithmetic and memory
 * traffic, each at the efficiency of its shape and size, plus the launch. No communication is
 * priced here. A new family of kernels is a new efficiency model with its source cited.
 */
package autopar.cost.compute;
