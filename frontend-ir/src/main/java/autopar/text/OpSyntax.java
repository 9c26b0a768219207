package autopar.text;

import autopar.ir.op.Affine;
import autopar.ir.op.AlibiBias;
import autopar.ir.op.Attention;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.Binary;
import autopar.ir.op.BinaryKind;
import autopar.ir.op.Broadcast;
import autopar.ir.op.Cast;
import autopar.ir.op.CombineTokens;
import autopar.ir.op.Concat;
import autopar.ir.op.Conv2d;
import autopar.ir.op.CrossEntropy;
import autopar.ir.op.DispatchTokens;
import autopar.ir.op.Dropout;
import autopar.ir.op.Embedding;
import autopar.ir.op.ExpertSlots;
import autopar.ir.op.ForwardOp;
import autopar.ir.op.GroupNorm;
import autopar.ir.op.LayerNorm;
import autopar.ir.op.Pad;
import autopar.ir.op.Pool2d;
import autopar.ir.op.PoolKind;
import autopar.ir.op.Positions;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceKind;
import autopar.ir.op.RelativePositionBuckets;
import autopar.ir.op.Reshape;
import autopar.ir.op.RmsNorm;
import autopar.ir.op.Rope;
import autopar.ir.op.Slice;
import autopar.ir.op.Softmax;
import autopar.ir.op.TopK;
import autopar.ir.op.Transpose;
import autopar.ir.op.Unary;
import autopar.ir.op.UnaryKind;
import autopar.ir.op.Window;
import autopar.ir.type.ElementType;
import autopar.ir.type.TensorType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The functions of the language: a name, and the op it makes of attributes and operand types.
 * {@code einsum} is not here, because its first operand is a text.
 */
final class OpSyntax {

  /** Makes an op; what is wrong with the attributes is reported by them. */
  private interface Form {
    ForwardOp op(Attributes attributes, List<TensorType> operands);
  }

  /** Bounds what an attribute may add to a size, so that the sum cannot overflow. */
  private static final long LARGEST_EDGE = 1L << 40;

  private static final Map<String, Form> FORMS = forms();

  private OpSyntax() {}

  static Set<String> names() {
    return FORMS.keySet();
  }

  /** The op called {@code name}, or empty when there is none. */
  static Optional<ForwardOp> op(String name, Attributes attributes, List<TensorType> operands) {
    return Optional.ofNullable(FORMS.get(name)).map(f -> f.op(attributes, operands));
  }

  private static Map<String, Form> forms() {
    Map<String, Form> forms = new LinkedHashMap<>();
    for (UnaryKind kind : UnaryKind.values()) {
      forms.put(kind.text(), (a, x) -> new Unary(kind));
    }
    forms.put("neg", (a, x) -> new Affine(-1, 0));
    forms.put("as_f32", (a, x) -> new Cast(ElementType.FLOAT32));
    forms.put("as_real", (a, x) -> new Cast(ElementType.REAL));
    for (BinaryKind kind : BinaryKind.values()) {
      forms.put(kind.text(), (a, x) -> new Binary(kind));
    }
    for (ReduceKind kind : ReduceKind.values()) {
      forms.put("reduce_" + kind.text(), (a, x) -> reduce(kind, a, x));
    }
    for (PoolKind kind : PoolKind.values()) {
      forms.put(kind.text() + "_pool", (a, x) -> new Pool2d(kind, window(a)));
    }
    normalisation(forms);
    attention(forms);
    movement(forms);
    routing(forms);
    forms.put("embedding", (a, x) -> new Embedding());
    forms.put("cross_entropy", (a, x) -> new CrossEntropy());
    forms.put("dropout", (a, x) -> new Dropout(a.requiredRate("rate")));
    forms.put("conv2d", (a, x) -> new Conv2d(edge(a, "stride", 1, 1), edge(a, "padding", 0, 0)));
    return forms;
  }

  private static void normalisation(Map<String, Form> forms) {
    forms.put("layer_norm", (a, x) -> new LayerNorm(a.positive("eps", 1e-5)));
    forms.put("rms_norm", (a, x) -> new RmsNorm(a.positive("eps", 1e-6)));
    forms.put("batch_norm", (a, x) -> new BatchNorm(a.positive("eps", 1e-5)));
    forms.put(
        "group_norm", (a, x) -> new GroupNorm(a.whole("groups", 0, 1), a.positive("eps", 1e-5)));
    forms.put(
        "softmax", (a, x) -> new Softmax(a.real("scale", 1, Double.NEGATIVE_INFINITY), a.mask()));
  }

  private static void attention(Map<String, Form> forms) {
    forms.put(
        "attention",
        (a, x) ->
            new Attention(
                a.mask(),
                a.real("scale", attentionScale(x), Double.NEGATIVE_INFINITY),
                a.rate("dropout", 0)));
    forms.put("rope", (a, x) -> new Rope(a.positive("theta", 10000)));
    forms.put(
        "alibi", (a, x) -> new AlibiBias(a.extent("heads"), a.extent("queries"), a.extent("keys")));
    forms.put("positions", (a, x) -> new Positions(a.extent("length")));
    forms.put(
        "relative_position_buckets",
        (a, x) ->
            new RelativePositionBuckets(
                a.extent("queries"),
                a.extent("keys"),
                a.whole("buckets", 0, 1),
                a.whole("max_distance", 0, 1),
                a.flag("bidirectional")));
  }

  /** One over the root of the head size, as in arXiv:1706.03762. */
  private static double attentionScale(List<TensorType> operands) {
    if (operands.isEmpty() || operands.get(0).rank() == 0) {
      return 1;
    }
    return 1 / Math.sqrt(operands.get(0).shape().getLast().count());
  }

  private static void movement(Map<String, Form> forms) {
    forms.put("broadcast", (a, x) -> new Broadcast(a.extents("shape")));
    forms.put("reshape", (a, x) -> new Reshape(a.extents("shape")));
    forms.put("transpose", (a, x) -> new Transpose(a.dimensions("permutation", rank(x), false)));
    forms.put("concat", (a, x) -> new Concat(a.dimension("dim", rank(x))));
    forms.put(
        "slice",
        (a, x) ->
            new Slice(a.dimension("dim", rank(x)), a.whole("start", 0, 0), a.extent("length")));
    forms.put(
        "pad",
        (a, x) ->
            new Pad(a.dimension("dim", rank(x)), edge(a, "low", 0, 0), edge(a, "high", 0, 0)));
  }

  private static void routing(Map<String, Form> forms) {
    forms.put("top_k", (a, x) -> new TopK(a.whole("k", 0, 1)));
    forms.put("expert_slots", (a, x) -> new ExpertSlots(capacity(a)));
    forms.put("dispatch", (a, x) -> new DispatchTokens(capacity(a)));
    forms.put("combine", (a, x) -> new CombineTokens());
  }

  private static long capacity(Attributes a) {
    return a.whole("capacity", 0, 1);
  }

  private static int rank(List<TensorType> operands) {
    return operands.isEmpty() ? 0 : operands.get(0).rank();
  }

  private static Reduce reduce(ReduceKind kind, Attributes a, List<TensorType> x) {
    List<Integer> dims = new ArrayList<>(a.dimensions("dims", rank(x), false));
    List<Integer> kept = new ArrayList<>(a.dimensions("keep", rank(x), true));
    dims.sort(null);
    kept.sort(null);
    return new Reduce(kind, dims, kept);
  }

  private static Window window(Attributes a) {
    List<Long> size = a.wholes("window", 2, 1);
    return new Window(size.get(0), size.get(1), edge(a, "stride", 1, 1), edge(a, "padding", 0, 0));
  }

  private static long edge(Attributes a, String name, long preset, long minimum) {
    long value = a.whole(name, preset, minimum);
    if (value > LARGEST_EDGE) {
      a.tooLarge(name);
      return minimum;
    }
    return value;
  }
}
