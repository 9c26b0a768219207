/**
 * What the plan will run on: hosts, devices, links, their measured tables and where every number
 * comes from.
 *
 * <p>In come cluster files and the number of devices asked for. Out go verified clusters, device
 * sets, what kinds of hosts they are on and their topology. No number without unit and provenance,
 * and no price is formed here. A new machine is a new file in models/clusters, not a new class.
 */
package autopar.cluster;
