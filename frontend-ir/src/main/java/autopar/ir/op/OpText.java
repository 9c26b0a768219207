package autopar.ir.op;

import autopar.ir.type.ElementType;
import autopar.ir.type.Extent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The spelling of an op: the expression that the language reads back for forward ops. */
public final class OpText {

  private OpText() {}

  /** {@code op} applied to operands of the given names. */
  public static String expression(Op op, List<String> operands) {
    return expression(op, operands, Extent::toString);
  }

  /** The same where {@code extent} spells sizes, among them the name of the batch dim. */
  public static String expression(Op op, List<String> operands, Function<Extent, String> extent) {
    return switch (op) {
      case Einsum e -> call("einsum", prepend("\"" + e.equation() + "\"", operands));
      case Unary u -> call(u.kind().text(), operands);
      case Affine a -> affine(a, operands.get(0));
      case Cast c -> call(c.to() == ElementType.FLOAT32 ? "as_f32" : "as_real", operands);
      case Binary b -> binary(b.kind(), operands);
      case LayerNorm n -> call("layer_norm", operands, "eps = " + n.eps());
      case RmsNorm n -> call("rms_norm", operands, "eps = " + n.eps());
      case BatchNorm n -> call("batch_norm", operands, "eps = " + n.eps());
      case GroupNorm n ->
          call("group_norm", operands, "groups = " + n.groups(), "eps = " + n.eps());
      case Softmax s -> call("softmax", operands, softmax(s.scale(), s.mask()));
      case Attention a -> call("attention", operands, attention(a.mask(), a.scale(), a.dropout()));
      case Rope r -> call("rope", operands, "theta = " + r.theta());
      case AlibiBias a ->
          call(
              "alibi",
              operands,
              "heads = " + extent.apply(a.heads()),
              "queries = " + extent.apply(a.queries()),
              "keys = " + extent.apply(a.keys()));
      case Positions p -> call("positions", operands, "length = " + extent.apply(p.length()));
      case RelativePositionBuckets r ->
          call(
              "relative_position_buckets",
              operands,
              "queries = " + extent.apply(r.queries()),
              "keys = " + extent.apply(r.keys()),
              "buckets = " + r.buckets(),
              "max_distance = " + r.maxDistance(),
              "bidirectional = " + r.bidirectional());
      case Embedding e -> call("embedding", operands);
      case TopK t -> call("top_k", operands, "k = " + t.k());
      case ExpertSlots e -> call("expert_slots", operands, "capacity = " + e.capacity());
      case DispatchTokens d -> call("dispatch", operands, "capacity = " + d.capacity());
      case CombineTokens c -> call("combine", operands);
      case CrossEntropy c -> call("cross_entropy", operands);
      case Dropout d -> call("dropout", operands, "rate = " + d.rate());
      case Reduce r -> call("reduce_" + r.kind().text(), operands, reduced(r.dims(), r.kept()));
      case Broadcast b -> call("broadcast", operands, "shape = " + shape(b.shape(), extent));
      case Transpose t -> call("transpose", operands, "permutation = " + t.permutation());
      case Reshape r -> call("reshape", operands, "shape = " + shape(r.shape(), extent));
      case Concat c -> call("concat", operands, "dim = " + c.dim());
      case Slice s ->
          call(
              "slice",
              operands,
              "dim = " + s.dim(),
              "start = " + s.start(),
              "length = " + extent.apply(s.length()));
      case Pad p ->
          call("pad", operands, "dim = " + p.dim(), "low = " + p.low(), "high = " + p.high());
      case Conv2d c ->
          call("conv2d", operands, "stride = " + c.stride(), "padding = " + c.padding());
      case Pool2d p -> call(p.kind().text() + "_pool", operands, window(p.window()));
      case GradientOp g -> gradient(g, operands);
    };
  }

  private static String gradient(GradientOp op, List<String> operands) {
    return switch (op) {
      case UnaryGrad u -> call(u.kind().text() + "_grad", operands);
      case MaximumGrad m -> call("max_grad", operands, "of_first = " + m.ofFirst());
      case LayerNormGrad n -> call("layer_norm_grad", operands, "eps = " + n.eps());
      case LayerNormParameterGrad n ->
          call("layer_norm_parameter_grad", operands, "eps = " + n.eps(), "bias = " + n.bias());
      case RmsNormGrad n -> call("rms_norm_grad", operands, "eps = " + n.eps());
      case RmsNormGainGrad n -> call("rms_norm_gain_grad", operands, "eps = " + n.eps());
      case BatchNormGrad n -> call("batch_norm_grad", operands);
      case BatchNormParameterGrad n -> call("batch_norm_parameter_grad", operands);
      case GroupNormGrad n -> call("group_norm_grad", operands, "groups = " + n.groups());
      case GroupNormParameterGrad n ->
          call("group_norm_parameter_grad", operands, "groups = " + n.groups());
      case SoftmaxGrad s -> call("softmax_grad", operands, "scale = " + s.scale());
      case AttentionGrad a ->
          call("attention_grad", operands, attention(a.mask(), a.scale(), a.dropout()));
      case AttentionBiasGrad a ->
          call("attention_bias_grad", operands, attention(a.mask(), a.scale(), a.dropout()));
      case RopeGrad r -> call("rope_grad", operands, "theta = " + r.theta());
      case EmbeddingGrad e -> call("embedding_grad", operands, "rows = " + e.rows());
      case RoutedProduct r -> call("routed_product", operands);
      case CrossEntropyGrad c -> call("cross_entropy_grad", operands);
      case DropoutGrad d -> call("dropout_grad", operands, "rate = " + d.rate());
      case ReduceGrad r ->
          call("reduce_" + r.kind().text() + "_grad", operands, reduced(r.dims(), r.kept()));
      case TransposeGrad t -> call("transpose_grad", operands, "permutation = " + t.permutation());
      case Conv2dInputGrad c ->
          call("conv2d_input_grad", operands, "stride = " + c.stride(), "padding = " + c.padding());
      case Conv2dWeightGrad c ->
          call(
              "conv2d_weight_grad", operands, "stride = " + c.stride(), "padding = " + c.padding());
      case Pool2dGrad p -> call(p.kind().text() + "_pool_grad", operands, window(p.window()));
    };
  }

  private static String call(String name, List<String> operands, String... attributes) {
    List<String> arguments = new ArrayList<>(operands);
    for (String attribute : attributes) {
      if (!attribute.isEmpty()) {
        arguments.add(attribute);
      }
    }
    return name + "(" + String.join(", ", arguments) + ")";
  }

  private static List<String> prepend(String first, List<String> rest) {
    List<String> all = new ArrayList<>();
    all.add(first);
    all.addAll(rest);
    return all;
  }

  private static String affine(Affine op, String x) {
    String scaled = op.scale() == 1 && op.shift() != 0 ? x : op.scale() + " * " + x;
    if (op.shift() == 0) {
      return scaled;
    }
    return scaled + (op.shift() < 0 ? " - " + -op.shift() : " + " + op.shift());
  }

  private static String binary(BinaryKind kind, List<String> operands) {
    String a = operands.get(0);
    String b = operands.get(1);
    return switch (kind) {
      case ADD -> a + " + " + b;
      case SUB -> a + " - " + b;
      case MUL -> a + " * " + b;
      case DIV -> a + " / " + b;
      case MAX -> call("max", operands);
    };
  }

  private static String softmax(double scale, AttentionMask mask) {
    String text = scale == 1 ? "" : "scale = " + scale;
    String separator = text.isEmpty() ? "" : ", ";
    return mask instanceof AttentionMask.Full ? text : text + separator + "mask = " + mask.text();
  }

  private static String attention(AttentionMask mask, double scale, double dropout) {
    String text = "mask = " + mask.text() + ", scale = " + scale;
    return dropout == 0 ? text : text + ", dropout = " + dropout;
  }

  private static String reduced(List<Integer> dims, List<Integer> kept) {
    String text = "dims = " + dims;
    return kept.isEmpty() ? text : text + ", keep = " + kept;
  }

  private static String window(Window w) {
    return "window = [%d, %d], stride = %d, padding = %d"
        .formatted(w.height(), w.width(), w.stride(), w.padding());
  }

  private static String shape(List<Extent> shape, Function<Extent, String> extent) {
    return shape.stream().map(extent).collect(Collectors.joining(", ", "[", "]"));
  }
}
