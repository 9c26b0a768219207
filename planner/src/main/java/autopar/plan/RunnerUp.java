package autopar.plan;

/** A layout that lost: what it is in words, its step seconds, and why it lost. */
public record RunnerUp(String layout, double stepSeconds, String why) {}
