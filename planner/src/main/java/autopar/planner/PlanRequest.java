package autopar.planner;

import autopar.cluster.Cluster;
import autopar.cluster.SoftwareProfile;
import autopar.ir.graph.Graph;
import autopar.ir.type.Precision;
import autopar.plan.PlanHashes;
import autopar.training.Optimizer;
import java.util.Optional;

/**
 * A question to the planner: train {@code graph} with {@code globalBatch} samples a step on the
 * devices of {@code cluster}, which is already cut to those asked for. {@code hashes} go into the
 * plan as they are.
 *
 * @param software prices with this profile instead of the one that options or cluster name
 */
public record PlanRequest(
    Graph graph,
    Cluster cluster,
    long globalBatch,
    Precision precision,
    Optimizer optimizer,
    PlanOptions options,
    PlanHashes hashes,
    ProgressListener progress,
    Optional<SoftwareProfile> software) {

  public PlanRequest {
    if (globalBatch < 1) {
      throw new IllegalArgumentException("a step has at least one sample, not " + globalBatch);
    }
  }

  /** A question whose software profile is named by its options or its cluster. */
  public PlanRequest(
      Graph graph,
      Cluster cluster,
      long globalBatch,
      Precision precision,
      Optimizer optimizer,
      PlanOptions options,
      PlanHashes hashes,
      ProgressListener progress) {
    this(
        graph,
        cluster,
        globalBatch,
        precision,
        optimizer,
        options,
        hashes,
        progress,
        Optional.empty());
  }

  /** The same question priced with {@code profile}. */
  public PlanRequest withSoftware(SoftwareProfile profile) {
    return new PlanRequest(
        graph,
        cluster,
        globalBatch,
        precision,
        optimizer,
        options,
        hashes,
        progress,
        Optional.of(profile));
  }

  /** The same question with other options, asked in silence. */
  public PlanRequest withOptions(PlanOptions other) {
    return new PlanRequest(
        graph,
        cluster,
        globalBatch,
        precision,
        optimizer,
        other,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** The same question, {@code listener} hearing how far the answer has come. */
  public PlanRequest withProgress(ProgressListener listener) {
    return new PlanRequest(
        graph, cluster, globalBatch, precision, optimizer, options, hashes, listener, software);
  }

  /** The same question about other devices, asked in silence. */
  public PlanRequest withCluster(Cluster other) {
    return new PlanRequest(
        graph,
        other,
        globalBatch,
        precision,
        optimizer,
        options,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** The same question about another model, asked in silence. */
  public PlanRequest withGraph(Graph other) {
    return new PlanRequest(
        other,
        cluster,
        globalBatch,
        precision,
        optimizer,
        options,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** The same question in another precision, asked in silence. */
  public PlanRequest withPrecision(Precision other) {
    return new PlanRequest(
        graph,
        cluster,
        globalBatch,
        other,
        optimizer,
        options,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** The same question with another update rule, asked in silence. */
  public PlanRequest withOptimizer(Optimizer other) {
    return new PlanRequest(
        graph,
        cluster,
        globalBatch,
        precision,
        other,
        options,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** The same question with another number of samples in a step, asked in silence. */
  public PlanRequest withGlobalBatch(long samples) {
    return new PlanRequest(
        graph,
        cluster,
        samples,
        precision,
        optimizer,
        options,
        hashes,
        ProgressListener.SILENT,
        software);
  }

  /** Number of devices asked for. */
  public int devices() {
    return cluster.devices();
  }
}
