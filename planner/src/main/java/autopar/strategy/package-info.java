/**
 * The ways to shard every node on a mesh, with their prices.
 *
 * <p>In come factor rules, meshes and the cost model. Out go strategies and the reshard costs
 * between them. A strategy proposes and never chooses. A new way to shard follows from a factor
 * rule; what cannot is a new rule here.
 */
package autopar.strategy;
