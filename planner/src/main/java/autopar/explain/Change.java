package autopar.explain;

/** One thing that is otherwise in another plan, in the words of plan.json. */
public record Change(String what, String before, String after) {}
