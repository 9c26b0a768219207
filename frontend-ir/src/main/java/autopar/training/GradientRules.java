package autopar.training;

import autopar.ir.graph.Node;
import autopar.ir.op.Affine;
import autopar.ir.op.AlibiBias;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionBiasGrad;
import autopar.ir.op.AttentionGrad;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.BatchNormGrad;
import autopar.ir.op.BatchNormParameterGrad;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Broadcast;
import autopar.ir.op.Cast;
import autopar.ir.op.CombineTokens;
import autopar.ir.op.Concat;
import autopar.ir.op.Conv2d;
import autopar.ir.op.Conv2dInputGrad;
import autopar.ir.op.Conv2dWeightGrad;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.CrossEntropyGrad;
import autopar.ir.op.DispatchTokens;
import autopar.ir.op.Dropout;
import autopar.ir.op.DropoutGrad;
import autopar.ir.op.Einsum;
import autopar.ir.op.Embedding;
import autopar.ir.op.EmbeddingGrad;
import autopar.ir.op.ExpertSlots;
import autopar.ir.op.ForwardOp;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.GroupNormGrad;
import autopar.ir.op.GroupNormParameterGrad;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.LayerNormGrad;
import autopar.ir.op.LayerNormParameterGrad;
import autopar.ir.op.MaximumGrad;
import autopar.ir.op.Op;
import autopar.ir.op.Pad;
import autopar.ir.op.Pool2d;
import autopar.ir.op.Pool2dGrad;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Positions;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.RelativePositionBuckets;
import autopar.ir.op.Reshape;
import autopar.ir.op.RmsNorm;
import autopar.ir.op.RmsNormGainGrad;
import autopar.ir.op.RmsNormGrad;
import autopar.ir.op.Rope;
import autopar.ir.op.RopeGrad;
import autopar.ir.op.RoutedProduct;
import autopar.ir.op.Slice;
import autopar.ir.op.Softmax;
import autopar.ir.op.SoftmaxGrad;
import autopar.ir.op.TopK;
import autopar.ir.op.Transpose;
import autopar.ir.op.TransposeGrad;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryGrad;
import autopar.ir.type.Extent;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.List;

/**
 * The gradient of every forward op: given the gradient of a node's value, writes the nodes that
 * make the gradients of those operands that need one. What a rule reads is what must be kept.
 */
final class GradientRules {

  private final BackwardTape tape;
  private final boolean[] needed;

  /** {@code needed} says per forward value whether its gradient is wanted. */
  GradientRules(BackwardTape tape, boolean[] needed) {
    this.tape = tape;
    this.needed = needed;
  }

  void apply(Node node, ForwardOp op, int dy) {
    switch (op) {
      case Einsum e -> einsum(node, e, dy);
      case Unary u -> unary(node, u, dy);
      case Affine a -> affine(node, a, dy);
      case Cast c -> single(node, new Cast(type(node, 0).element()), dy);
      case Binary b -> binary(node, b.kind(), dy);
      case Dropout d -> single(node, new DropoutGrad(d.rate()), dy, result(node, 1));
      case LayerNorm n -> layerNorm(node, n, dy);
      case RmsNorm n -> rmsNorm(node, n, dy);
      case BatchNorm n -> channelNorm(node, new BatchNormGrad(), new BatchNormParameterGrad(), dy);
      case GroupNorm n ->
          channelNorm(
              node, new GroupNormGrad(n.groups()), new GroupNormParameterGrad(n.groups()), dy);
      case Softmax s -> single(node, new SoftmaxGrad(s.scale()), result(node, 0), dy);
      case Attention a -> attention(node, a, dy);
      case Rope r -> single(node, new RopeGrad(r.theta()), dy);
      case Embedding e -> embedding(node, dy);
      case CrossEntropy c ->
          single(
              node,
              new CrossEntropyGrad(),
              operand(node, 0),
              operand(node, 1),
              result(node, 1),
              dy);
      case Reduce r -> reduce(node, r, dy);
      case Broadcast b -> give(node, 0, summedTo(dy, operand(node, 0), node, 0));
      case Transpose t -> single(node, new TransposeGrad(t.permutation()), dy);
      case Reshape r -> single(node, new Reshape(type(node, 0).shape()), dy);
      case Concat c -> concat(node, c, dy);
      case Slice s -> slice(node, s, dy);
      case Pad p ->
          single(node, new Slice(p.dim(), p.low(), type(node, 0).shape().get(p.dim())), dy);
      case Conv2d c -> convolution(node, c, dy);
      case Pool2d p -> pool(node, p, dy);
      case DispatchTokens d -> {
        routed(node, new CombineTokens(), dy);
        weights(node, operand(node, 0), dy);
      }
      case CombineTokens c -> {
        routed(node, new DispatchTokens(type(node, 0).shape().get(2).count()), dy);
        weights(node, dy, operand(node, 0));
      }
      case TopK t -> {}
      case ExpertSlots e -> {}
      case AlibiBias a -> {}
      case Positions p -> {}
      case RelativePositionBuckets r -> {}
    }
  }

  /** dA = einsum(dC, B) and dB = einsum(A, dC): a letter that A lacks is summed or comes back. */
  private void einsum(Node node, Einsum op, int dy) {
    if (op.operands().size() == 1) {
      single(node, new Einsum(List.of(op.result()), op.operands().get(0)), dy);
      return;
    }
    String a = op.operands().get(0);
    String b = op.operands().get(1);
    if (wanted(node, 0)) {
      give(node, 0, new Einsum(List.of(op.result(), b), a), dy, operand(node, 1));
    }
    if (wanted(node, 1)) {
      give(node, 1, new Einsum(List.of(a, op.result()), b), operand(node, 0), dy);
    }
  }

  private void unary(Node node, Unary op, int dy) {
    int kept = UnaryGrad.keepsResult(op.kind()) ? result(node, 0) : operand(node, 0);
    single(node, new UnaryGrad(op.kind()), kept, dy);
  }

  private void affine(Node node, Affine op, int dy) {
    if (op.scale() == 1) {
      give(node, 0, dy);
    } else {
      single(node, new Affine(op.scale(), 0), dy);
    }
  }

  private void binary(Node node, BinaryKind kind, int dy) {
    for (int i = 0; i < 2; i++) {
      if (wanted(node, i)) {
        give(node, i, summedTo(elementGradient(node, kind, i, dy), operand(node, i), node, i));
      }
    }
  }

  /** The gradient of operand {@code i} before broadcast dimensions are summed. */
  private int elementGradient(Node node, BinaryKind kind, int i, int dy) {
    int a = operand(node, 0);
    int b = operand(node, 1);
    int of = operand(node, i);
    return switch (kind) {
      case ADD -> dy;
      case SUB -> i == 0 ? dy : tape.emit(new Affine(-1, 0), List.of(dy), of);
      case MUL -> tape.emit(new Binary(BinaryKind.MUL), List.of(dy, i == 0 ? b : a), of);
      case DIV -> {
        int quotient = tape.emit(new Binary(BinaryKind.DIV), List.of(dy, b), of);
        if (i == 0) {
          yield quotient;
        }
        int product = tape.emit(new Binary(BinaryKind.MUL), List.of(quotient, result(node, 0)), of);
        yield tape.emit(new Affine(-1, 0), List.of(product), of);
      }
      case MAX -> tape.emit(new MaximumGrad(i == 0), List.of(a, b, dy), of);
    };
  }

  private void layerNorm(Node node, LayerNorm op, int dy) {
    if (wanted(node, 0)) {
      give(node, 0, new LayerNormGrad(op.eps()), operand(node, 0), operand(node, 1), dy);
    }
    boolean bias = node.operands().size() == 3 && wanted(node, 2);
    if (wanted(node, 1) || bias) {
      List<Integer> of =
          bias ? List.of(operand(node, 1), operand(node, 2)) : List.of(operand(node, 1));
      List<Integer> grads =
          tape.emit(new LayerNormParameterGrad(op.eps(), bias), List.of(operand(node, 0), dy), of);
      for (int i = 0; i < grads.size(); i++) {
        if (wanted(node, i + 1)) {
          give(node, i + 1, grads.get(i));
        }
      }
    }
  }

  private void rmsNorm(Node node, RmsNorm op, int dy) {
    if (wanted(node, 0)) {
      give(node, 0, new RmsNormGrad(op.eps()), operand(node, 0), operand(node, 1), dy);
    }
    if (wanted(node, 1)) {
      give(node, 1, new RmsNormGainGrad(op.eps()), operand(node, 0), dy);
    }
  }

  private void channelNorm(Node node, Op ofInput, Op ofParameters, int dy) {
    int mean = result(node, 1);
    int deviation = result(node, 2);
    if (wanted(node, 0)) {
      give(node, 0, ofInput, operand(node, 0), operand(node, 1), mean, deviation, dy);
    }
    if (wanted(node, 1) || wanted(node, 2)) {
      List<Integer> grads =
          tape.emit(
              ofParameters,
              List.of(operand(node, 0), mean, deviation, dy),
              List.of(operand(node, 1), operand(node, 2)));
      for (int i = 0; i < 2; i++) {
        if (wanted(node, i + 1)) {
          give(node, i + 1, grads.get(i));
        }
      }
    }
  }

  private void attention(Node node, Attention op, int dy) {
    List<Integer> kept = new ArrayList<>(node.operands());
    kept.add(result(node, 0));
    kept.add(result(node, 1));
    kept.add(dy);
    if (wanted(node, 0) || wanted(node, 1) || wanted(node, 2)) {
      List<Integer> grads =
          tape.emit(
              new AttentionGrad(op.mask(), op.scale(), op.dropout()),
              kept,
              node.operands().subList(0, 3));
      for (int i = 0; i < 3; i++) {
        if (wanted(node, i)) {
          give(node, i, grads.get(i));
        }
      }
    }
    if (node.operands().size() == 4 && wanted(node, 3)) {
      Op grad = new AttentionBiasGrad(op.mask(), op.scale(), op.dropout());
      give(node, 3, tape.emit(grad, kept, operand(node, 3)));
    }
  }

  private void embedding(Node node, int dy) {
    if (wanted(node, 0)) {
      give(node, 0, new EmbeddingGrad(type(node, 0).shape().get(0)), operand(node, 1), dy);
    }
  }

  /** The gradient of what was routed takes the way back, with the same slots and weights. */
  private void routed(Node node, Op back, int dy) {
    List<Integer> operands = new ArrayList<>(node.operands());
    operands.set(0, dy);
    single(node, back, operands.toArray(Integer[]::new));
  }

  private void weights(Node node, int tokens, int places) {
    if (node.operands().size() == 3 && wanted(node, 2)) {
      give(node, 2, new RoutedProduct(), tokens, places, operand(node, 1));
    }
  }

  private void reduce(Node node, Reduce op, int dy) {
    ReduceGrad grad = new ReduceGrad(op.kind(), op.dims(), op.kept(), type(node, 0));
    if (op.kind() == ReduceKind.MAX) {
      single(node, grad, operand(node, 0), result(node, 0), dy);
    } else {
      single(node, grad, dy);
    }
  }

  private void concat(Node node, Concat op, int dy) {
    long start = 0;
    for (int i = 0; i < node.operands().size(); i++) {
      Extent length = type(node, i).shape().get(op.dim());
      if (wanted(node, i)) {
        give(node, i, new Slice(op.dim(), start, length), dy);
      }
      start += length.count();
    }
  }

  private void slice(Node node, Slice op, int dy) {
    long whole = type(node, 0).shape().get(op.dim()).count();
    long after = whole - op.start() - op.length().count();
    single(node, new Pad(op.dim(), op.start(), after), dy);
  }

  private void convolution(Node node, Conv2d op, int dy) {
    TensorType x = type(node, 0);
    TensorType w = type(node, 1);
    if (wanted(node, 0)) {
      Op grad = new Conv2dInputGrad(op.stride(), op.padding(), x.shape().get(1), x.shape().get(2));
      give(node, 0, grad, operand(node, 1), dy);
    }
    if (wanted(node, 1)) {
      Op grad =
          new Conv2dWeightGrad(
              op.stride(), op.padding(), w.shape().get(0).count(), w.shape().get(1).count());
      give(node, 1, grad, operand(node, 0), dy);
    }
  }

  private void pool(Node node, Pool2d op, int dy) {
    TensorType x = type(node, 0);
    Pool2dGrad grad = new Pool2dGrad(op.kind(), op.window(), x.shape().get(1), x.shape().get(2));
    if (op.kind() == PoolKind.MAX) {
      single(node, grad, operand(node, 0), dy);
    } else {
      single(node, grad, dy);
    }
  }

  /** {@code gradient} summed over what operand {@code of} was broadcast along. */
  private int summedTo(int gradient, int of, Node node, int operand) {
    TensorType wide = tape.type(gradient);
    TensorType narrow = type(node, operand);
    int missing = wide.rank() - narrow.rank();
    List<Integer> dims = new ArrayList<>();
    List<Integer> kept = new ArrayList<>();
    for (int d = 0; d < wide.rank(); d++) {
      if (d < missing) {
        dims.add(d);
      } else if (!narrow.shape().get(d - missing).equals(wide.shape().get(d))) {
        dims.add(d);
        kept.add(d);
      }
    }
    return dims.isEmpty()
        ? gradient
        : tape.emit(new Reduce(ReduceKind.SUM, dims, kept), List.of(gradient), of);
  }

  /** A gradient op for the only operand that can have one. */
  private void single(Node node, Op op, Integer... operands) {
    if (wanted(node, 0)) {
      give(node, 0, op, operands);
    }
  }

  private void give(Node node, int operand, Op op, Integer... operands) {
    give(node, operand, tape.emit(op, List.of(operands), operand(node, operand)));
  }

  private void give(Node node, int operand, int gradient) {
    if (wanted(node, operand)) {
      tape.contribute(operand(node, operand), gradient);
    }
  }

  private boolean wanted(Node node, int operand) {
    return needed[node.operands().get(operand)];
  }

  private int operand(Node node, int i) {
    return node.operands().get(i);
  }

  private int result(Node node, int i) {
    return node.results().get(i);
  }

  private TensorType type(Node node, int operand) {
    return tape.type(node.operands().get(operand));
  }
}
