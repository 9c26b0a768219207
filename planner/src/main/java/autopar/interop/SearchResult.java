package autopar.interop;

import java.util.List;

/**
 * The outcome of the search over pipelines.
 *
 * <p>{@code ranked} are the best pipelines by simulated step, fastest first; empty when none fits,
 * and then {@code shortfall} is what the leanest one lacked. {@code lowerBound} is seconds below
 * which no pipeline of the space can be, obtained as {@code boundMethod} says.
 */
public record SearchResult(
    List<Ranked> ranked,
    double lowerBound,
    String boundMethod,
    long candidates,
    Shortfall shortfall) {

  /** A pipeline with its simulated seconds per step. */
  public record Ranked(Candidate candidate, double seconds) {}

  /** The same result as if the pipelines before {@code first} had not been found. */
  public SearchResult from(int first) {
    return new SearchResult(
        ranked.subList(first, ranked.size()), lowerBound, boundMethod, candidates, shortfall);
  }
}
