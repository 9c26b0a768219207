package autopar.ir.op;

import autopar.sharding.FactorRule;
import java.util.List;

/** Sizes of an op's tensors on one device, from the local sizes of its factors. */
final class LocalElements {

  private LocalElements() {}

  static double operand(FactorRule rule, long[] sizes, int i) {
    return elements(rule.operands().get(i), sizes);
  }

  static double result(FactorRule rule, long[] sizes, int i) {
    return elements(rule.results().get(i), sizes);
  }

  /** Reads every operand and writes every result once; operations are per element of the widest. */
  static Work.Stream stream(FactorRule rule, long[] sizes, double operationsPerElement) {
    return stream(rule, sizes, operationsPerElement, List.of(), List.of());
  }

  /**
   * Like {@link #stream(FactorRule, long[], double)}, where the operands and results listed do not
   * have the compute precision: {@code {index, bytes per element}}.
   */
  static Work.Stream stream(
      FactorRule rule,
      long[] sizes,
      double operationsPerElement,
      List<int[]> otherOperands,
      List<int[]> otherResults) {
    double read = 0;
    double write = 0;
    double widest = 0;
    double other = 0;
    for (int i = 0; i < rule.operands().size(); i++) {
      double n = operand(rule, sizes, i);
      read += n;
      widest = Math.max(widest, n);
    }
    for (int i = 0; i < rule.results().size(); i++) {
      double n = result(rule, sizes, i);
      write += n;
      widest = Math.max(widest, n);
    }
    for (int[] o : otherOperands) {
      double n = operand(rule, sizes, o[0]);
      read -= n;
      other += n * o[1];
    }
    for (int[] o : otherResults) {
      double n = result(rule, sizes, o[0]);
      write -= n;
      other += n * o[1];
    }
    return new Work.Stream(read, write, other, operationsPerElement * widest);
  }

  private static double elements(List<List<Integer>> tensor, long[] sizes) {
    double n = 1;
    for (List<Integer> dim : tensor) {
      for (int factor : dim) {
        n *= sizes[factor];
      }
    }
    return n;
  }
}
