package autopar.plan;

import autopar.training.Optimizer;
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
    StagePlan stage = plan.stages().get(tensor.stage());
    Set<String> used = new HashSet<>();
    for (List<String> axes : sharding) {
      axes.forEach(a -> axis(tensor, stage, a, used));
    }
    besides.forEach(a -> axis(tensor, stage, a, used));
  }

  private void axis(PlanTensor tensor, StagePlan stage, String axis, Set<String> used) {
    if (stage.mesh().stream().noneMatch(a -> a.name().equals(axis))) {
      add(
          "P17",
          tensor.name() + " uses the axis '" + axis + "', which stage " + stage.index() + " lacks");
    } else if (!used.add(axis)) {
      add("P17", tensor.name() + " uses the axis '" + axis + "' twice");
    }
  }

  private void sameEverywhere() {
    Map<String, PlanTensor> first = new HashMap<>();
    for (PlanTensor tensor : plan.tensors()) {
      if (tensor.kind() == TensorKind.ACTIVATION) {
        continue;
      }
      PlanTensor other = first.putIfAbsent(tensor.kind() + " " + tensor.name(), tensor);
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

  private void trained() {
    Map<String, PlanTensor> gradients = new HashMap<>();
    Set<String> withState = new HashSet<>();
    for (PlanTensor tensor : plan.tensors()) {
      switch (tensor.kind()) {
        case GRADIENT -> gradients.put(tensor.stage() + " " + tensor.name(), tensor);
        case OPTIMIZER -> withState.add(tensor.stage() + " " + argument(tensor.name()));
        case PARAMETER, ACTIVATION -> {}
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
      PlanTensor gradient = gradients.get(tensor.stage() + " grad(" + tensor.name() + ")");
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
      if (needsState && !withState.contains(tensor.stage() + " " + tensor.name())) {
        add("P18", tensor.name() + " has no optimizer state on stage " + tensor.stage());
      }
    }
    if (matched != gradients.size()) {
      add("P18", (gradients.size() - matched) + " gradients belong to no parameter of their stage");
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
