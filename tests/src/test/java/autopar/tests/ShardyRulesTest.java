package autopar.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Broadcast;
import autopar.ir.op.Concat;
import autopar.ir.op.Conv2d;
import autopar.ir.op.Einsum;
import autopar.ir.op.FactorRules;
import autopar.ir.op.Op;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.Reshape;
import autopar.ir.op.ShapeRules;
import autopar.ir.op.Shapes;
import autopar.ir.op.Slice;
import autopar.ir.op.Transpose;
import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.Factor;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * Factor rules against those of openxla/shardy where an op exists on both sides.
 *
 * <p>Compared are the factors that can be sharded without moving data, being the major part of some
 * dimension: for each, the dimensions it is a part of in every tensor, its size, and whether it is
 * reduced. Not compared: sizes of 1 and 0; factors of one tensor only, unless reduced; permuted
 * factors; windows of convolutions, which shardy counts as reduced and this project needs whole,
 * and the positions they slide over, which shardy permutes even where windows do not overlap.
 */
final class ShardyRulesTest {

  private static final Set<String> WINDOWED = Set.of("y", "x", "ky", "kx");

  private record Case(String name, Op op, List<TensorType> operands, Set<String> expected) {}

  @Test
  void rulesAgreeWithShardy() throws IOException {
    Path file = reference().resolve("shardy-op-rules.json");
    assumeTrue(Files.isRegularFile(file), "no reference rules at " + file);
    JsonNode rules = new ObjectMapper().readTree(file.toFile()).get("rules");
    int compared = 0;
    for (JsonNode rule : rules) {
      Optional<Case> comparable = translate(rule);
      if (comparable.isPresent()) {
        check(comparable.get());
        compared++;
      }
    }
    assertThat(compared).isGreaterThanOrEqualTo(35);
  }

  private static Path reference() {
    String given = System.getProperty("autopar.reference");
    return given != null
        ? Path.of(given)
        : Path.of(System.getProperty("autopar.home")).resolve("../shared/reference").normalize();
  }

  private static void check(Case test) {
    Shapes shapes = ShapeRules.infer(test.op(), test.operands());
    assertThat(shapes).as(test.name()).isInstanceOf(Shapes.Ok.class);
    List<TensorType> results = ((Shapes.Ok) shapes).results();
    FactorRule rule = FactorRules.of(test.op(), test.operands(), results);
    List<List<List<Integer>>> tensors = new ArrayList<>(rule.operands());
    tensors.add(rule.results().get(0));
    Set<String> own = new TreeSet<>();
    for (int f = 0; f < rule.factors().size(); f++) {
      Factor factor = rule.factors().get(f);
      boolean window = test.op() instanceof Conv2d && WINDOWED.contains(factor.name());
      boolean kept =
          factor.kind() == FactorKind.PASS_THROUGH || factor.kind() == FactorKind.REDUCTION;
      if (kept && !window && major(tensors, f)) {
        int index = f;
        places(
                tensors.stream().map(t -> positions(t, index)).toList(),
                factor.extent().count(),
                factor.kind() == FactorKind.REDUCTION)
            .ifPresent(own::add);
      }
    }
    assertThat(own).as("%s: %s", test.name(), test.op()).isEqualTo(test.expected());
  }

  private static <T> boolean major(List<List<List<T>>> tensors, T factor) {
    return tensors.stream().flatMap(List::stream).anyMatch(dim -> dim.indexOf(factor) == 0);
  }

  /** Dimensions that factor {@code factor} is a part of. */
  private static List<Integer> positions(List<List<Integer>> tensor, int factor) {
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < tensor.size(); d++) {
      if (tensor.get(d).contains(factor)) {
        dims.add(d);
      }
    }
    return dims;
  }

  /** A factor in words, unless it is of no interest. */
  private static Optional<String> places(List<List<Integer>> dims, long size, boolean reduced) {
    long tensors = dims.stream().filter(d -> !d.isEmpty()).count();
    return size < 2 || (tensors < 2 && !reduced)
        ? Optional.empty()
        : Optional.of("%s size %d%s".formatted(dims, size, reduced ? " reduced" : ""));
  }

  /** The op of a reference rule with its operands, if this project has it. */
  private static Optional<Case> translate(JsonNode rule) {
    if (rule.get("custom").asBoolean() || sizes(rule).contains(0L)) {
      return Optional.empty();
    }
    List<List<String>> operands = dims(rule.get("operands"));
    List<List<String>> results = dims(rule.get("results"));
    if (results.size() != 1) {
      return Optional.empty();
    }
    return switch (rule.get("op").asText().replace("stablehlo.", "")) {
      case "add" -> of(rule, new Binary(BinaryKind.ADD), operands, 2, false);
      case "dot", "dot_general" ->
          of(
              rule,
              Einsum.of(
                  "%s,%s->%s"
                      .formatted(
                          String.join("", operands.get(0)),
                          String.join("", operands.get(1)),
                          String.join("", results.get(0)))),
              operands,
              2,
              false);
      case "transpose" -> {
        List<Integer> permutation = results.get(0).stream().map(operands.get(0)::indexOf).toList();
        yield of(rule, new Transpose(permutation), operands, 1, false);
      }
      case "reduce" -> {
        List<Integer> gone = new ArrayList<>();
        for (int d = 0; d < operands.get(0).size(); d++) {
          if (!results.get(0).contains(operands.get(0).get(d))) {
            gone.add(d);
          }
        }
        yield of(rule, new Reduce(ReduceKind.SUM, gone, List.of()), operands, 1, false);
      }
      case "reshape" ->
          of(rule, new Reshape(shape(rule, results.get(0)).shape()), operands, 1, false);
      case "broadcast_in_dim" ->
          aligned(operands.get(0), results.get(0))
              ? of(rule, new Broadcast(shape(rule, results.get(0)).shape()), operands, 1, false)
              : Optional.empty();
      case "concatenate" -> concat(rule, operands, results.get(0));
      case "slice" -> slice(rule, operands, results.get(0));
      case "convolution" -> convolution(rule, operands, results.get(0));
      default -> Optional.empty();
    };
  }

  private static Optional<Case> of(
      JsonNode rule, Op op, List<List<String>> operands, int count, boolean fromTypes) {
    List<TensorType> types = new ArrayList<>();
    List<TensorType> written = types(rule);
    for (int i = 0; i < count; i++) {
      types.add(fromTypes ? written.get(i) : shape(rule, operands.get(i)));
    }
    List<List<List<String>>> tensors = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      tensors.add(letters(operands.get(i)));
    }
    tensors.add(letters(dims(rule.get("results")).get(0)));
    Set<String> expected = new TreeSet<>();
    rule.get("factor_sizes")
        .fieldNames()
        .forEachRemaining(factor -> {
          if (!contains(rule, "need_replication", factor)
              && !contains(rule, "permutation", factor)
              && !isWindow(rule, tensors, factor)
              && major(tensors, factor)) {
            places(
                    tensors.stream().map(t -> positions(t, factor)).toList(),
                    rule.get("factor_sizes").get(factor).asLong(),
                    contains(rule, "reduction", factor))
                .ifPresent(expected::add);
          }
        });
    return Optional.of(new Case(rule.get("case").asText(), op, types, expected));
  }

  /** A factor that is the minor part of an image's dimension. */
  private static boolean isWindow(JsonNode rule, List<List<List<String>>> tensors, String factor) {
    return rule.get("op").asText().equals("stablehlo.convolution")
        && tensors.get(0).stream().anyMatch(dim -> dim.indexOf(factor) > 0);
  }

  private static List<Integer> positions(List<List<String>> tensor, String factor) {
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < tensor.size(); d++) {
      if (tensor.get(d).contains(factor)) {
        dims.add(d);
      }
    }
    return dims;
  }

  private static Optional<Case> concat(
      JsonNode rule, List<List<String>> operands, List<String> result) {
    List<TensorType> types = types(rule);
    for (int d = 0; d < result.size(); d++) {
      if (!types.get(0).shape().get(d).equals(types.getLast().shape().get(d))) {
        return of(rule, new Concat(d), operands, operands.size(), true);
      }
    }
    return Optional.empty();
  }

  /** Slices along one dimension. */
  private static Optional<Case> slice(
      JsonNode rule, List<List<String>> operands, List<String> result) {
    List<TensorType> types = types(rule);
    List<Integer> changed = new ArrayList<>();
    for (int d = 0; d < result.size(); d++) {
      if (!types.get(0).shape().get(d).equals(types.get(1).shape().get(d))) {
        changed.add(d);
      }
    }
    return changed.size() != 1
        ? Optional.empty()
        : of(
            rule,
            new Slice(changed.get(0), 0, types.get(1).shape().get(changed.get(0))),
            operands,
            1,
            true);
  }

  /** Plain convolutions with channels last, whose windows tile the image. */
  private static Optional<Case> convolution(
      JsonNode rule, List<List<String>> operands, List<String> result) {
    List<String> image = operands.get(0);
    List<String> weights = operands.get(1);
    boolean plain =
        image.get(0).length() == 1
            && image.get(3).length() == 1
            && image.get(3).equals(weights.get(2))
            && weights.get(3).length() == 1
            && weights.get(3).equals(result.get(3))
            && image.get(1).startsWith(result.get(1))
            && image.get(1).length() == 2;
    if (!plain) {
      return Optional.empty();
    }
    long stride = rule.get("factor_sizes").get(image.get(1).substring(1)).asLong();
    return of(rule, new Conv2d(stride, 0), operands, 2, false);
  }

  private static boolean aligned(List<String> operand, List<String> result) {
    int missing = result.size() - operand.size();
    return missing >= 0 && result.subList(missing, result.size()).equals(operand);
  }

  private static boolean contains(JsonNode rule, String list, String factor) {
    return StreamSupport.stream(rule.get(list).spliterator(), false)
        .anyMatch(f -> f.asText().equals(factor));
  }

  private static List<Long> sizes(JsonNode rule) {
    return StreamSupport.stream(rule.get("factor_sizes").spliterator(), false)
        .map(JsonNode::asLong)
        .toList();
  }

  private static List<List<String>> dims(JsonNode tensors) {
    return StreamSupport.stream(tensors.spliterator(), false)
        .map(t -> StreamSupport.stream(t.spliterator(), false).map(JsonNode::asText).toList())
        .toList();
  }

  private static List<List<String>> letters(List<String> dims) {
    return dims.stream().map(d -> List.of(d.split(""))).toList();
  }

  /** A tensor whose dimensions are the products of their factors. */
  private static TensorType shape(JsonNode rule, List<String> dims) {
    return new TensorType(
        ElementType.REAL,
        dims.stream()
            .map(d ->
                d.chars()
                    .mapToLong(c -> rule.get("factor_sizes").get(String.valueOf((char) c)).asLong())
                    .reduce(1, (a, b) -> a * b))
            .map(Extent::of)
            .toList());
  }

  /** The types as the reference writes them: {@code tensor<2x3xf32>, ..}. */
  private static List<TensorType> types(JsonNode rule) {
    List<TensorType> types = new ArrayList<>();
    Matcher matcher =
        Pattern.compile("tensor<((?:\\d+x)*)[a-z]").matcher(rule.get("types").asText());
    while (matcher.find()) {
      List<Extent> shape = new ArrayList<>();
      for (String n : matcher.group(1).split("x")) {
        if (!n.isEmpty()) {
          shape.add(Extent.of(Long.parseLong(n)));
        }
      }
      types.add(new TensorType(ElementType.REAL, shape));
    }
    return types;
  }
}
