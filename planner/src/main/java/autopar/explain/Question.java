package autopar.explain;

import autopar.planner.PlanRequest;

/**
 * A request that differs from the one a plan answers.
 *
 * @param options the difference as options of {@code compile}
 * @param kept whether everything but the decision in question is kept as it is in the plan
 */
record Question(String options, boolean kept, PlanRequest request) {

  /** The question whether other forced decisions do better. */
  static Question forcing(Subject subject, String force, boolean kept) {
    return new Question("--force " + force, kept, subject.forcing(force));
  }
}
