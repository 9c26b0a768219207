package autopar.text;

/** What a model is read for, which decides what it must have. */
public enum Purpose {
  /** A loss, and a parameter that it depends on. */
  TRAINING,
  /** A loss or an output. */
  ANY
}
