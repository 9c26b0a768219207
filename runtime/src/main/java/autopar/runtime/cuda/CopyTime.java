package autopar.runtime.cuda;

/** Seconds of a copy of so many bytes in a full queue, the gap before it included. */
public record CopyTime(long bytes, double seconds) {}
