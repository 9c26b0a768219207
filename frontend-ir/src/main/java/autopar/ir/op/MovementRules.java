package autopar.ir.op;

import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import autopar.sharding.FactorKind;
import autopar.sharding.FactorRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Types and loops of ops that move elements: factors d0, d1, .. of the operand (transpose) or of
 * the longer side (concat, slice, pad), whose changed dimension is needed whole and is called o on
 * the shorter side.
 */
final class MovementRules {

  private MovementRules() {}

  static Shapes transposeShapes(List<Integer> permutation, List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("transpose", 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (!permutation.stream().sorted().toList().equals(identity(x.rank()))) {
      return Shapes.mismatch(
          0, "%s is no permutation of the dimensions of %s".formatted(permutation, x));
    }
    return Shapes.ok(new TensorType(x.element(), permuted(x.shape(), permutation)));
  }

  static Shapes transposeGradShapes(List<Integer> permutation, List<TensorType> operands) {
    return transposeShapes(inverse(permutation), operands);
  }

  static FactorRule transposeFactors(List<Integer> permutation, TensorType operand) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = rule.dims(operand, FactorKind.PASS_THROUGH);
    return rule.operand(dims).result(permuted(dims, permutation)).build();
  }

  static FactorRule transposeGradFactors(List<Integer> permutation, TensorType result) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = rule.dims(result, FactorKind.PASS_THROUGH);
    return rule.operand(permuted(dims, permutation)).result(dims).build();
  }

  static Shapes concatShapes(Concat op, List<TensorType> operands) {
    if (operands.isEmpty()) {
      return Shapes.mismatch(-1, "concat needs at least one operand");
    }
    TensorType first = operands.get(0);
    if (op.dim() < 0 || op.dim() >= first.rank()) {
      return Shapes.mismatch(0, "%s has no dimension %d".formatted(first, op.dim()));
    }
    long length = 0;
    for (int i = 0; i < operands.size(); i++) {
      TensorType type = operands.get(i);
      if (type.element() != first.element() || type.rank() != first.rank()) {
        return Shapes.mismatch(i, "operand types differ: %s and %s".formatted(first, type));
      }
      for (int d = 0; d < first.rank(); d++) {
        if (d != op.dim() && !type.shape().get(d).equals(first.shape().get(d))) {
          return Shapes.mismatch(i, "%s and %s differ in dimension %d".formatted(first, type, d));
        }
      }
      if (type.shape().get(op.dim()).batched()) {
        return Shapes.mismatch(i, "concat along the batch is not possible");
      }
      length = Math.addExact(length, type.shape().get(op.dim()).count());
    }
    return Shapes.ok(resized(first, op.dim(), Extent.of(length)));
  }

  static FactorRule concatFactors(Concat op, List<TensorType> operands, TensorType result) {
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = loops(rule, op.dim(), result);
    for (int i = 0; i < operands.size(); i++) {
      Extent extent = operands.get(i).shape().get(op.dim());
      int piece = rule.factor("o" + i, extent, FactorKind.NEEDS_REPLICATION);
      rule.operand(replaced(dims, op.dim(), piece));
    }
    return rule.result(dims).build();
  }

  static Shapes sliceShapes(Slice op, List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("slice", 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (op.dim() < 0 || op.dim() >= x.rank()) {
      return Shapes.mismatch(0, "%s has no dimension %d".formatted(x, op.dim()));
    }
    Extent whole = x.shape().get(op.dim());
    boolean fits =
        !whole.batched()
            && !op.length().batched()
            && op.start() >= 0
            && op.start() <= whole.count() - op.length().count();
    return fits
        ? Shapes.ok(resized(x, op.dim(), op.length()))
        : Shapes.mismatch(
            0,
            "%s elements from %d on do not lie within dimension %d of %s"
                .formatted(op.length(), op.start(), op.dim(), x));
  }

  static Shapes padShapes(Pad op, List<TensorType> operands) {
    if (operands.size() != 1) {
      return Operands.wrongCount("pad", 1, operands.size());
    }
    TensorType x = operands.get(0);
    if (op.dim() < 0 || op.dim() >= x.rank() || x.shape().get(op.dim()).batched()) {
      return Shapes.mismatch(0, "dimension %d of %s cannot be padded".formatted(op.dim(), x));
    }
    if (op.low() < 0 || op.high() < 0 || !x.element().isReal()) {
      return Shapes.mismatch(
          0, "pad needs a real tensor and sizes that are not negative, not " + x);
    }
    long length =
        Math.addExact(x.shape().get(op.dim()).count(), Math.addExact(op.low(), op.high()));
    return Shapes.ok(resized(x, op.dim(), Extent.of(length)));
  }

  /** Slice and pad: the longer side has dimension {@code d<dim>}, the shorter one o. */
  static FactorRule resizeFactors(int dim, TensorType operand, TensorType result) {
    boolean grows = result.shape().get(dim).count() >= operand.shape().get(dim).count();
    TensorType longer = grows ? result : operand;
    TensorType shorter = grows ? operand : result;
    RuleBuilder rule = new RuleBuilder();
    List<Integer> dims = loops(rule, dim, longer);
    int o = rule.factor("o", shorter.shape().get(dim), FactorKind.NEEDS_REPLICATION);
    List<Integer> shortDims = replaced(dims, dim, o);
    return rule.operand(grows ? shortDims : dims).result(grows ? dims : shortDims).build();
  }

  private static List<Integer> loops(RuleBuilder rule, int whole, TensorType type) {
    List<Integer> dims = new ArrayList<>();
    for (int d = 0; d < type.rank(); d++) {
      FactorKind kind = d == whole ? FactorKind.NEEDS_REPLICATION : FactorKind.PASS_THROUGH;
      dims.add(rule.factor("d" + d, type.shape().get(d), kind));
    }
    return dims;
  }

  private static TensorType resized(TensorType type, int dim, Extent extent) {
    return new TensorType(type.element(), replaced(type.shape(), dim, extent));
  }

  private static <T> List<T> replaced(List<T> list, int index, T item) {
    List<T> copy = new ArrayList<>(list);
    copy.set(index, item);
    return copy;
  }

  private static <T> List<T> permuted(List<T> list, List<Integer> permutation) {
    return permutation.stream().map(list::get).toList();
  }

  /** The permutation that undoes {@code permutation}. */
  private static List<Integer> inverse(List<Integer> permutation) {
    return identity(permutation.size()).stream().map(permutation::indexOf).toList();
  }

  private static List<Integer> identity(int rank) {
    return IntStream.range(0, rank).boxed().toList();
  }

  /** Slice reads only what it keeps. */
  static Work sliceWork(FactorRule rule, long[] sizes) {
    double n = LocalElements.result(rule, sizes, 0);
    return new Work.Stream(n, n, 0, 0);
  }
}
