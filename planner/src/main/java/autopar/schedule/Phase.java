package autopar.schedule;

/** The two passes of a micro-batch through a stage. */
public enum Phase {
  FORWARD,
  BACKWARD
}
