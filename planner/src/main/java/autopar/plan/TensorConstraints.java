package autopar.plan;

import autopar.training.Optimizer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** P17, P18 and P21: every tensor of the model is there and lies soundly on its mesh. */
record TensorConstraints(Plan plan, List<PlanViolation> found) {
  private static final long MAX_ELEMENTS = 1L << 62;

  /** False if a tensor is so unsound that its bytes cannot be counted. */
  boolean check() {
    int before = found.size();
    plan.tensors().forEach(this::placement);
    if (found.size() > before) {
      return false;
    }
    sameEverywhere();
    parameters();
    if (plan.workload().kind() == WorkloadKind.TRAINING) {
      trained();
    }
    return true;
  }

  private void placement(PlanTensor tensor) {
    if (tensor.stage() < 0 || tensor.stage() >= plan.stages().size()) {
      add("P17", tensor.name() + " is on stage " + tensor.stage() + ", which does not exist");
      return;
    }
    if (tensor.shape().stream().anyMatch(d -> d < 1)) {
      add("P17", tensor.name() + " has an empty dimension");
    } else if (!countable(tensor.shape())) {
      add("P17", tensor.name() + " has more than 2^62 elements");
    }
    sharding(tensor, tensor.sharding(), tensor.partial());
    tensor.stored().ifPresent(stored -> sharding(tensor, stored, tensor.flat()));
    if (tensor.stored().isEmpty() && !tensor.flat().isEmpty()) {
      sharding(tensor, tensor.sharding(), tensor.flat());
    }
    if (tensor.saved().isPresent() && tensor.kind() != TensorKind.ACTIVATION) {
      add("P17", tensor.name() + " is saved for backward but is no activation");
    }
  }

  private static boolean countable(List<Long> shape) {
    long n = 1;
    for (long extent : shape) {
      if (n > MAX_ELEMENTS / extent) {
        return false;
      }
      n *= extent;
    }
    return true;
  }

  private void sharding(PlanTensor tensor, List<List<String>> sharding, List<String> besides) {
    if (sharding.size() != tensor.shape().size()) {
      add(
          "P17",
          tensor.name()
              + " has "
              + tensor.shape().size()
              + " dimensions and a sharding of "
              + sharding.size());
      return;
    }
    List<MeshAxis> mesh = plan.stages().get(tensor.stage()).mesh();
    int used = 0;
    for (List<String> axes : sharding) {
      used = axes(tensor, mesh, axes, used);
    }
    axes(tensor, mesh, besides, used);
  }

  /** The bits of {@code used}, and those of {@code axes}, none of which may be in it. */
  private int axes(PlanTensor tensor, List<MeshAxis> mesh, List<String> axes, int used) {
    int all = used;
    for (String axis : axes) {
      int bit = bit(mesh, axis);
      if (bit == 0) {
        add(
            "P17",
            tensor.name()
                + " uses the axis '"
                + axis
                + "', which stage "
                + tensor.stage()
                + " lacks");
      } else if ((all & bit) != 0) {
        add("P17", tensor.name() + " uses the axis '" + axis + "' twice");
      }
      all |= bit;
    }
    return all;
  }

  /** The bit of {@code axis}; 0 where the mesh lacks it. */
  private static int bit(List<MeshAxis> mesh, String axis) {
    for (int i = 0; i < mesh.size(); i++) {
      if (mesh.get(i).name().equals(axis)) {
        return 1 << i;
      }
    }
    return 0;
  }

  private void sameEverywhere() {
    Map<TensorKind, Map<String, PlanTensor>> first = new EnumMap<>(TensorKind.class);
    for (PlanTensor tensor : plan.tensors()) {
      if (tensor.kind() == TensorKind.ACTIVATION) {
        continue;
      }
      PlanTensor other =
          first
              .computeIfAbsent(tensor.kind(), kind -> new HashMap<>())
              .putIfAbsent(tensor.name(), tensor);
      if (other == null) {
        continue;
      }
      if (other.stage() == tensor.stage()) {
        add("P21", tensor.name() + " is listed twice on stage " + tensor.stage());
      } else if (!other.shape().equals(tensor.shape()) || other.dtype() != tensor.dtype()) {
        add(
            "P21",
            tensor.name() + " differs between stages " + other.stage() + " and " + tensor.stage());
      }
    }
  }

  private void parameters() {
    Set<String> seen = new HashSet<>();
    long sum = 0;
    for (PlanTensor tensor : plan.tensors()) {
      if (tensor.kind() == TensorKind.PARAMETER && seen.add(tensor.name())) {
        sum += tensor.elements();
      }
    }
    if (sum != plan.model().parameters()) {
      add(
          "P18",
          "the stages hold "
              + sum
              + " of the model's "
              + plan.model().parameters()
              + " parameters");
    }
  }

  /** Gradients by their parameters, and the parameters that have optimizer states. */
  private record OfStage(Map<String, PlanTensor> gradients, Set<String> withState) {}

  private void trained() {
    List<OfStage> stages = new ArrayList<>();
    plan.stages().forEach(stage -> stages.add(new OfStage(new HashMap<>(), new HashSet<>())));
    int gradients = 0;
    for (PlanTensor tensor : plan.tensors()) {
      OfStage own = stages.get(tensor.stage());
      if (tensor.kind() == TensorKind.GRADIENT) {
        gradients++;
        if (tensor.name().startsWith("grad(")) {
          own.gradients.put(argument(tensor.name()), tensor);
        }
      } else if (tensor.kind() == TensorKind.OPTIMIZER) {
        own.withState.add(argument(tensor.name()));
      }
    }
    boolean needsState = plan.workload().optimizer().filter(o -> o != Optimizer.SGD).isPresent();
    Set<String> seen = new HashSet<>();
    long trained = 0;
    int matched = 0;
    for (PlanTensor tensor : plan.tensors()) {
      if (tensor.kind() != TensorKind.PARAMETER) {
        continue;
      }
      OfStage own = stages.get(tensor.stage());
      PlanTensor gradient = own.gradients.get(tensor.name());
      if (gradient == null) {
        continue;
      }
      matched++;
      if (seen.add(tensor.name())) {
        trained += tensor.elements();
      }
      if (!gradient.shape().equals(tensor.shape())) {
        add("P18", gradient.name() + " has another shape than its parameter");
      }
      if (needsState && !own.withState.contains(tensor.name())) {
        add("P18", tensor.name() + " has no optimizer state on stage " + tensor.stage());
      }
    }
    if (matched != gradients) {
      add("P18", (gradients - matched) + " gradients belong to no parameter of their stage");
    }
    if (trained != plan.model().trainableParameters()) {
      add(
          "P18",
          "gradients exist for "
              + trained
              + " of "
              + plan.model().trainableParameters()
              + " trainable parameters");
    }
  }

  /** The x of {@code m(x)}. */
  private static String argument(String name) {
    int open = name.indexOf('(');
    return open >= 0 && name.endsWith(")") ? name.substring(open + 1, name.length() - 1) : name;
  }

  private void add(String constraint, String message) {
    found.add(new PlanViolation(constraint, message));
  }
}
