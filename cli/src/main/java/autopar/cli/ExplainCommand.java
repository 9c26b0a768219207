package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.cluster.Clusters;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.SourceFile;
import autopar.explain.Compared;
import autopar.explain.Explainer;
import autopar.explain.Explanation;
import autopar.explain.Refusal;
import autopar.explain.Remedies;
import autopar.explain.Subject;
import autopar.ir.graph.Graph;
import autopar.plan.PlanHashes;
import autopar.planner.ForceParser;
import autopar.planner.Forced;
import autopar.planner.PlanOutcome;
import autopar.planner.PlanRequest;
import autopar.planner.Planner;
import autopar.planner.Pricing;
import autopar.planner.ProgressListener;
import autopar.text.Purpose;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code autopar explain}: why a plan is as it is, why not another, or why there is none. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Explains a plan: each decision with the best plan found in which it is otherwise and what",
      "that costs, what binds, and what changed circumstances would do. Every figure is a plan that",
      "the planner made for a restricted or changed request.",
      "With a MODEL instead of a plan, options are those of compile; where nothing fits, the reasons",
      "and verified ways out are printed and the exit code is 2.",
      ""
    },
    footer = {
      "",
      "--why-not takes the place of what the plan itself forced. An alternative that does not fit is",
      "an answer too: exit code 0.",
      "",
      "Examples:",
      "  autopar explain opt-66b.plan",
      "  autopar explain opt-66b.plan --why-not tensor=4,stages=6",
      "  autopar explain opt-66b --devices 8"
    })
final class ExplainCommand implements Callable<Integer> {
  /** Options that make sense for a plan, which holds its own request. */
  private static final Set<String> FOR_PLANS =
      Set.of("--why-not", "--threads", "--format", "--help", "--version");

  @Spec private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "PLAN|MODEL",
      description = "A plan folder or its plan.json; or a model as for compile.")
  private String subject;

  @Option(
      names = "--why-not",
      paramLabel = "key=value,...",
      description = "Prices this alternative, in the keys of compile --force, beside the plan.")
  private List<String> whyNot;

  @Option(
      names = "--devices",
      paramLabel = "N",
      description = "For a MODEL: how many devices, as for compile.")
  private Integer devices;

  @Option(
      names = "--cluster",
      paramLabel = "NAME|FILE",
      defaultValue = Clusters.DEFAULT,
      description = "For a MODEL: a cluster by name or a .json file. Default: a800")
  private String cluster;

  @Option(
      names = "--set",
      paramLabel = "dim=value",
      description = "For a MODEL: overrides a dim; may be repeated.")
  private Map<String, Long> dims = new LinkedHashMap<>();

  @Mixin private PlanningOptions planning;
  @Mixin private OutputOptions output;

  @Override
  public Integer call() {
    Optional<Forced> alternative =
        Optional.ofNullable(whyNot)
            .map(texts -> ForceParser.parse("--why-not", String.join(",", texts)));
    if (PlanFolder.isPlan(subject)) {
      refuseOptionsOfModels();
      return answer(StoredPlan.read(subject, Map.of()).subject(planning.threads()), alternative);
    }
    if (devices == null) {
      throw PlanningOptions.wrong(
          "'" + subject + "' is no plan; to explain a model, say --devices N");
    }
    return explainModel(alternative);
  }

  private void refuseOptionsOfModels() {
    for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
      if (!FOR_PLANS.contains(option.longestName())) {
        throw PlanningOptions.wrong(
            option.longestName() + " is for a MODEL; a plan holds the request it answers");
      }
    }
  }

  private int explainModel(Optional<Forced> alternative) {
    SourceFile clusterText = Clusters.source(Home.path(), cluster);
    Cluster cut = ClusterOptions.cut(ClusterReader.read(clusterText), devices);
    ResolvedModel model = planning.withBatch(ResolvedModel.read(subject, dims, Purpose.TRAINING));
    PlanHashes hashes =
        new PlanHashes(Hashes.sha256(model.text()), Hashes.sha256(clusterText.text()));
    PlanRequest request = planning.request(model, cut, hashes, ProgressListener.SILENT);
    return switch (Planner.price(request)) {
      case PlanOutcome.Planned planned ->
          answer(new Subject(planned.plan(), request, planning.force()), alternative);
      case PlanOutcome.NoPlan none -> {
        refuse(request, none, model.source());
        yield ExitCodes.NO_PLAN_FITS;
      }
    };
  }

  private void refuse(PlanRequest request, PlanOutcome.NoPlan none, ModelSource source) {
    Refusal refusal =
        withProgress(listener ->
            Remedies.of(request, planning.force(), none, n -> layers(source, n), listener));
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> RefusalText.write(json, refusal));
    } else {
      RefusalText.print(out, refusal);
    }
  }

  /** The model with so many layers, where layers are a dim of it. */
  private static Optional<Graph> layers(ModelSource source, int layers) {
    try {
      return Optional.of(source.graph(Map.of("layers", (long) layers)));
    } catch (InvalidInput noSuchSize) {
      return Optional.empty();
    }
  }

  private int answer(Subject asked, Optional<Forced> alternative) {
    if (alternative.isPresent()) {
      compare(asked, alternative.get());
    } else {
      Explanation explanation = withProgress(listener -> Explainer.explain(asked, listener));
      PrintWriter out = spec.commandLine().getOut();
      if (output.json()) {
        Json.print(out, json -> ExplanationJson.write(json, explanation));
      } else {
        out.print(ExplanationText.of(explanation, Terminal.out()));
        out.flush();
      }
    }
    return ExitCodes.DONE;
  }

  private void compare(Subject asked, Forced alternative) {
    String options = "--force " + String.join(",", whyNot);
    PlanOutcome outcome = Explainer.whyNot(asked.request(), alternative);
    PrintWriter out = spec.commandLine().getOut();
    switch (outcome) {
      case PlanOutcome.Planned planned -> {
        Compared compared = Compared.of(options, asked.plan(), planned.plan());
        if (output.json()) {
          Json.print(out, json -> ExplanationJson.write(json, compared));
        } else {
          out.print(ComparedText.of(compared, Terminal.out()));
        }
      }
      case PlanOutcome.NoPlan none -> {
        if (output.json()) {
          Json.print(out, json -> ExplanationJson.writeOutcome(json, "alternative", outcome));
        } else {
          out.println(options + ": does not fit");
          none.reasons()
              .forEach(reason -> out.print(Paragraph.of("  ", reason, Terminal.out().columns())));
          if (none.missingBytes() > 0) {
            out.println("  missing: " + none.missingBytes() + " bytes on the fullest device");
          }
        }
      }
    }
    out.flush();
  }

  private <T> T withProgress(Function<Pricing.Listener, T> work) {
    Terminal terminal = Terminal.err();
    if (!terminal.rewritable()) {
      return work.apply(Pricing.Listener.SILENT);
    }
    try (ProgressLine line = new ProgressLine(spec.commandLine().getErr(), terminal)) {
      return work.apply((done, total) -> line.show(done + " of " + total + " plans priced"));
    }
  }
}
