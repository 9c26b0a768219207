package autopar.runtime.rank;

/** How a collective makes one element out of those of all ranks. */
public enum Combine {
  SUM,
  MAX
}
