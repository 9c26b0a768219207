package autopar.explain;

import autopar.plan.Plan;
import autopar.plan.StagePlan;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The layout of a plan in the words of {@code --force}. */
public record Layout(
    List<Integer> layers, List<Integer> widths, List<Integer> data, List<Integer> tensor) {

  public Layout {
    layers = List.copyOf(layers);
    widths = List.copyOf(widths);
    data = List.copyOf(data);
    tensor = List.copyOf(tensor);
  }

  /** The layout of {@code plan}. */
  public static Layout of(Plan plan) {
    return new Layout(
        plan.stages().stream().map(StagePlan::layerCount).toList(),
        plan.stages().stream().map(s -> s.devices().size()).toList(),
        plan.stages().stream().map(s -> s.axisSize("data")).toList(),
        plan.stages().stream().map(s -> s.axisSize("tensor")).toList());
  }

  /** For instance {@code 5 stages, layers 5/16/16/11/16, data x tensor 1x2/3x2/3x2/2x2/3x2}. */
  public String words() {
    int stages = layers.size();
    String meshes = runs(meshes(), ", ");
    return stages == 1
        ? "1 stage, data x tensor " + meshes
        : stages + " stages, layers " + runs(texts(layers), "/") + ", data x tensor " + meshes;
  }

  /** Data x tensor of each stage. */
  List<String> meshes() {
    List<String> meshes = new ArrayList<>();
    for (int i = 0; i < data.size(); i++) {
      meshes.add(data.get(i) + "x" + tensor.get(i));
    }
    return meshes;
  }

  /** The value of the key {@code mesh}. */
  String meshKey() {
    return String.join("/", meshes());
  }

  /** The value of the key {@code layers}. */
  String layersKey() {
    return perStage(layers, n -> Integer.toString(n));
  }

  static <T> String perStage(List<T> values, Function<T, String> text) {
    return String.join("/", values.stream().map(text).toList());
  }

  private static List<String> texts(List<Integer> values) {
    return values.stream().map(v -> Integer.toString(v)).toList();
  }

  /** Equal neighbours of long lists are written once: {@code 8x1 (4 times)}. */
  private static String runs(List<String> items, String between) {
    if (items.size() <= 8) {
      return String.join("/", items);
    }
    List<String> out = new ArrayList<>();
    int i = 0;
    while (i < items.size()) {
      int j = i;
      while (j < items.size() && items.get(j).equals(items.get(i))) {
        j++;
      }
      out.add(j - i > 1 ? items.get(i) + " (" + (j - i) + " times)" : items.get(i));
      i = j;
    }
    return String.join(between, out);
  }
}
