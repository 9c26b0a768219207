package autopar.interop;

import java.util.List;
import java.util.Optional;

/**
 * The outcome of the search over pipelines.
 *
 * <p>{@code ranked} are the best pipelines by simulated step, fastest first; empty when none fits,
 * and then {@code shortfall} is what the leanest one lacked. {@code lowerBound} is seconds below
 * which no pipeline of the space can be, obtained as {@code boundMethod} says. {@code explored} are
 * all pipelines that were simulated, fastest first; {@code references} are layouts that people use,
 * priced for comparison.
 */
public record SearchResult(
    List<Ranked> ranked,
    double lowerBound,
    String boundMethod,
    long candidates,
    Shortfall shortfall,
    List<Ranked> explored,
    List<Reference> references) {

  /** A pipeline with its simulated seconds per step. */
  public record Ranked(Candidate candidate, double seconds) {}

  /**
   * The fastest layout of a family that people use, or how many bytes its leanest one lacks
   * (infinite where the family has no layout for these devices).
   */
  public record Reference(String name, String rule, Optional<Ranked> best, double missingBytes) {}

  /** The same result with reference layouts beside it. */
  public SearchResult withReferences(List<Reference> layouts) {
    return new SearchResult(
        ranked, lowerBound, boundMethod, candidates, shortfall, explored, layouts);
  }

  /** The same result as if the pipelines before {@code first} had not been found. */
  public SearchResult from(int first) {
    return new SearchResult(
        ranked.subList(first, ranked.size()),
        lowerBound,
        boundMethod,
        candidates,
        shortfall,
        explored.stream().filter(e -> !ranked.subList(0, first).contains(e)).toList(),
        references);
  }
}
