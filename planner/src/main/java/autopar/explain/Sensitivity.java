package autopar.explain;

import autopar.planner.PlanOutcome;

/**
 * What a changed circumstance does.
 *
 * @param change the circumstance in words
 * @param kept the plan's meshes, micro-batch and layers under it; recompute and ZeRO chosen anew
 * @param replanned everything chosen anew under it
 */
public record Sensitivity(String key, String change, PlanOutcome kept, PlanOutcome replanned) {}
