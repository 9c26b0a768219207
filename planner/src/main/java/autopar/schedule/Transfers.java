package autopar.schedule;

/** What a stage does while it sends to a neighbour. */
public enum Transfers {
  /** It computes on; messages of one direction leave one after the other. */
  OVERLAPPED,
  /** It waits until the message has left. */
  BLOCKING
}
