package autopar.plan;

import autopar.schedule.ScheduleKind;

/** The order of micro-batches and how many model chunks each stage holds. */
public record PipelineSchedule(ScheduleKind kind, int virtualStages) {}
