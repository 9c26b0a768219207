package autopar.runtime;

/**
 * The data of a run: every element of every input of every step is a function of its place, so that
 * a rank reads its shards alone and every plan trains on the same samples.
 */
public interface StepData {

  /**
   * One element.
   *
   * @param input name of the model's input
   * @param sample index in the step, from 0
   * @param element row-major index within the sample
   * @return a real number, or an integer; labels that are not counted are negative
   */
  float element(int step, String input, long sample, long element);
}
