package autopar.schedule;

/** A pass on a stage, from {@code startSeconds} to {@code endSeconds} of the step. */
public record TimelineEvent(int stage, Pass pass, double startSeconds, double endSeconds) {}
