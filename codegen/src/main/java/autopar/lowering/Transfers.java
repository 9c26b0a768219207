package autopar.lowering;

import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import autopar.plan.Dtype;
import autopar.program.Layout;
import autopar.program.Transfer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What goes from stage to stage: for every cut between virtual stages the flows that cross it, and
 * back the gradients of those that have one. A flow that is read further on is handed on by the
 * stages between.
 */
final class Transfers {

  private final Flows flows;
  private final TrainingVariants variants;
  private final List<Boundary> boundaries;
  private final Precision precision;
  private final List<Transfer> all = new ArrayList<>();
  private final List<Map<Flow, Transfer>> forward = new ArrayList<>();
  private final List<Map<Flow, Transfer>> backward = new ArrayList<>();

  /**
   * Finds the transfers of {@code virtualStages} virtual stages.
   *
   * @param boundaries by stage
   */
  Transfers(
      Flows flows,
      TrainingVariants variants,
      List<Boundary> boundaries,
      int virtualStages,
      Precision precision) {
    this.flows = flows;
    this.variants = variants;
    this.boundaries = boundaries;
    this.precision = precision;
    for (int cut = 0; cut <= virtualStages; cut++) {
      forward.add(new LinkedHashMap<>());
      backward.add(new LinkedHashMap<>());
      if (cut > 0 && cut < virtualStages) {
        cross(cut);
      }
    }
  }

  private void cross(int cut) {
    int before = (cut - 1) % boundaries.size();
    int after = cut % boundaries.size();
    for (Flow flow : flows.flows()) {
      if (!flow.crosses(cut)) {
        continue;
      }
      Layout here = boundaries.get(before).layout(flow.type());
      Layout there = boundaries.get(after).layout(flow.type());
      forward.get(cut).put(flow, add(flow.name(), flow.type(), before, here, after, there));
      if (gradientCrosses(flow, cut)) {
        String name = "grad(" + flow.name() + ")";
        backward.get(cut).put(flow, add(name, flow.type(), after, there, before, here));
      }
    }
  }

  private boolean gradientCrosses(Flow flow, int cut) {
    return variants.takesGradient(flow)
        && flow.readers().stream()
            .anyMatch(r ->
                r.step().virtualStage() >= cut && variants.givesGradient(r.step(), r.argument()));
  }

  /** A new transfer. */
  Transfer add(String name, TensorType type, int from, Layout source, int to, Layout target) {
    return add(name, type, Dtype.of(type.element(), precision), from, source, to, target);
  }

  Transfer add(
      String name, TensorType type, Dtype dtype, int from, Layout source, int to, Layout target) {
    Transfer transfer = new Transfer(all.size(), name, type, dtype, from, source, to, target);
    all.add(transfer);
    return transfer;
  }

  /** What a virtual stage receives before its forward pass. */
  Map<Flow, Transfer> arriving(int virtualStage) {
    return forward.get(virtualStage);
  }

  /** What it sends after it. */
  Map<Flow, Transfer> leaving(int virtualStage) {
    return forward.get(virtualStage + 1);
  }

  /** Gradients it receives before its backward pass. */
  Map<Flow, Transfer> gradientsArriving(int virtualStage) {
    return backward.get(virtualStage + 1);
  }

  /** Gradients it sends after it. */
  Map<Flow, Transfer> gradientsLeaving(int virtualStage) {
    return backward.get(virtualStage);
  }

  List<Transfer> all() {
    return all;
  }
}
