/**
 * From a layer on a mesh to its Pareto set of seconds and bytes.
 *
 * <p>In come a layer's training graph, a mesh, a micro-batch and boundary shardings. Out go
 * undominated choices, each with its shardings, recompute mode and ZeRO stage. Other layers and the
 * pipeline are not seen here. A new dimension of choice is a new generator of variants.
 */
package autopar.intraop;
