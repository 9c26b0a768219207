package autopar.cli;

import autopar.cluster.Cluster;
import autopar.cluster.ClusterReader;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.explain.Subject;
import autopar.ir.graph.Graph;
import autopar.plan.Plan;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A plan that was written to a folder, with the model it was made for. */
record StoredPlan(Path folder, Plan plan, Graph graph) {

  /**
   * Reads and verifies the plan in a folder, or beside its plan.json.
   *
   * @param dims sizes to give the model instead of those it was compiled with
   * @throws InvalidInput with everything that is wrong with the plan
   */
  static StoredPlan read(String argument, Map<String, Long> dims) {
    PlanCheck check = PlanCheck.of(argument);
    if (!check.diagnostics().isEmpty()) {
      throw new InvalidInput(check.diagnostics());
    }
    Plan plan = check.plan().orElseThrow();
    Path path = Path.of(argument);
    Path folder = Files.isDirectory(path) ? path : path.resolveSibling(PlanFolder.PLAN).getParent();
    Path home = folder == null ? Path.of("") : folder;
    return new StoredPlan(home, plan, dims.isEmpty() ? model(home) : source(home).graph(dims));
  }

  private static Graph model(Path folder) {
    Path file = beside(folder, PlanFolder.MODEL);
    return IrReader.read(SourceFiles.read(file, file.toString()), Map.of(), IncludeResolver.NONE);
  }

  private static ModelSource source(Path folder) {
    Path file = beside(folder, PlanFolder.SOURCE);
    return ModelSource.read(SourceFiles.read(file, file.toString()));
  }

  /**
   * The plan with the request that it answers, to ask the planner again.
   *
   * @throws RunFailure if the folder does not hold the cluster or the request
   */
  Subject subject(int threads) {
    Path clusterFile = beside(folder, PlanFolder.CLUSTER);
    Path requestFile = beside(folder, PlanFolder.REQUEST);
    StoredRequest request =
        StoredRequest.read(SourceFiles.read(requestFile, requestFile.toString()));
    Cluster cluster = ClusterReader.read(SourceFiles.read(clusterFile, clusterFile.toString()));
    return new Subject(plan, request.of(graph, cluster, plan.hashes(), threads), request.force());
  }

  private static Path beside(Path folder, String name) {
    Path file = folder.resolve(name);
    if (!Files.isRegularFile(file)) {
      throw new RunFailure(
          "there is no " + file + " beside the plan",
          "compile again: later verbs need the folder that compile writes",
          null);
    }
    return file;
  }
}
