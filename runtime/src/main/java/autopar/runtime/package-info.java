/**
 * What every executor shares: where shards lie, and random numbers that do not depend on it.
 *
 * <p>In come keys and counters, offsets and extents. Out go initial parameters, data and masks that
 * are the same for every plan. No op is computed here and no rank is known. What two executors must
 * agree on belongs here.
 */
package autopar.runtime;
