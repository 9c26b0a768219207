/**
 * Pipeline schedules: who computes which micro-batch of which stage, and in which order.
 *
 * <p>In come stages, micro-batches, virtual stages and durations. Out go ordered actions per
 * device, and the timeline of an event simulation. No stage is chosen here. A new schedule is a new
 * case with its bound and its source.
 */
package autopar.schedule;
