package autopar.validation;

import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.Pricing;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * What to expect of software that was never seen: for every source, the common profile is fitted to
 * all other sources and then asked about this one.
 *
 * <p>A fit goes down the coordinates of a lattice of values, twice, to the least mean absolute
 * error, where every source counts as much as every other. Prices of one profile are shared by all
 * fits. Deterministic; about fifty times the work of a validation.
 */
public record CrossValidation(List<Fold> folds) {
  private static final int ROUNDS = 2;

  /** A source that was held out: what was fitted without it, and the errors on it. */
  public record Fold(String source, int rows, CommonProfile fitted, double median, double mean) {}

  /** Fits and asks, {@code threads} rows at a time. */
  public static CrossValidation of(
      List<PublishedRun> rows, Validation.Models models, Path home, int threads) {
    return of(rows, models, home, threads, CommonProfile.lattice());
  }

  /**
   * The same on another lattice.
   *
   * @param lattice the values that each number of a {@link CommonProfile} may take
   */
  static CrossValidation of(
      List<PublishedRun> rows,
      Validation.Models models,
      Path home,
      int threads,
      double[][] lattice) {
    Pricing pricing = new Pricing(threads, Pricing.Listener.SILENT);
    return new CrossValidation(
        new Fits(rows, new RowPricer(models, home), pricing, lattice).folds());
  }

  private static final class Fits {
    private final List<PublishedRun> rows;
    private final RowPricer pricer;
    private final Pricing pricing;
    private final double[][] lattice;

    /** Absolute errors of all rows by source; the same for every fit. */
    private final Map<CommonProfile, Map<String, double[]>> known = new HashMap<>();

    Fits(List<PublishedRun> all, RowPricer pricer, Pricing pricing, double[][] lattice) {
      this.rows = all.stream().filter(row -> row.spec().isPresent()).toList();
      this.pricer = pricer;
      this.pricing = pricing;
      this.lattice = lattice;
    }

    List<Fold> folds() {
      List<Fold> folds = new ArrayList<>();
      for (String source : rows.stream().map(PublishedRun::source).distinct().toList()) {
        CommonProfile fitted = fit(source);
        double[] errors = errors(fitted).get(source).clone();
        Arrays.sort(errors);
        folds.add(new Fold(source, errors.length, fitted, errors[errors.length / 2], mean(errors)));
      }
      return folds;
    }

    private CommonProfile fit(String heldOut) {
      CommonProfile best = CommonProfile.START;
      for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < lattice.length; i++) {
          for (double value : lattice[i]) {
            CommonProfile other = best.with(i, value);
            best = objective(other, heldOut) < objective(best, heldOut) ? other : best;
          }
        }
      }
      return best;
    }

    private double objective(CommonProfile profile, String heldOut) {
      double sum = 0;
      for (Map.Entry<String, double[]> source : errors(profile).entrySet()) {
        sum += source.getKey().equals(heldOut) ? 0 : mean(source.getValue());
      }
      return sum;
    }

    private Map<String, double[]> errors(CommonProfile profile) {
      Map<String, double[]> errors = known.get(profile);
      if (errors == null) {
        errors = price(profile);
        known.put(profile, errors);
      }
      return errors;
    }

    private Map<String, double[]> price(CommonProfile profile) {
      List<Callable<Double>> tasks = new ArrayList<>();
      for (PublishedRun row : rows) {
        tasks.add(() -> error(row, profile));
      }
      List<Double> answers = pricing.all(tasks);
      Map<String, List<Double>> bySource = new LinkedHashMap<>();
      for (int i = 0; i < rows.size(); i++) {
        bySource.computeIfAbsent(rows.get(i).source(), s -> new ArrayList<>()).add(answers.get(i));
      }
      Map<String, double[]> errors = new LinkedHashMap<>();
      bySource.forEach(
          (source, all) -> errors.put(source, all.stream().mapToDouble(e -> e).toArray()));
      return errors;
    }

    private double error(PublishedRun row, CommonProfile profile) {
      RunSpec spec = row.spec().orElseThrow();
      PlanRequest request =
          pricer.request(spec).withSoftware(profile.in(RunRequest.software(spec)));
      // What planning works out for one profile is of no use to another, and there are many.
      return switch (Planner.price(request)) {
        case PlanOutcome.Planned planned ->
            Math.abs(planned.plan().predicted().stepSeconds() / row.measuredSeconds() - 1);
        case PlanOutcome.NoPlan none ->
            throw new IllegalStateException(row.id() + ": " + String.join("; ", none.reasons()));
      };
    }

    private static double mean(double[] values) {
      return Arrays.stream(values).average().orElse(0);
    }
  }
}
