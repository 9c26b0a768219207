package autopar.runtime.reference;

import autopar.ir.op.Affine;
import autopar.ir.op.AlibiBias;
import autopar.ir.op.Attention;
import autopar.ir.op.AttentionBiasGrad;
import autopar.ir.op.AttentionGrad;
import autopar.ir.op.BatchNorm;
import autopar.ir.op.BatchNormGrad;
import autopar.ir.op.BatchNormParameterGrad;
import autopar.ir.op.Binary;
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
import autopar.ir.op.Positions;
import autopar.ir.op.Reduce;
import autopar.ir.op.ReduceGrad;
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
import autopar.runtime.Placement;
import java.util.List;

/** What every op computes, by its definition. */
public final class ReferenceKernels {

  private ReferenceKernels() {}

  /**
   * Runs one op.
   *
   * @param shapes shapes of the results, local ones when the operands are shards
   */
  public static List<Tensor> run(Op op, List<Tensor> in, List<int[]> shapes, Placement placement) {
    return switch (op) {
      case Einsum e -> List.of(EinsumKernel.run(e, in, shapes.get(0)));
      case Unary u -> List.of(ElementwiseKernels.unary(u.kind(), in.get(0)));
      case UnaryGrad u -> List.of(ElementwiseKernels.unaryGrad(u.kind(), in.get(0), in.get(1)));
      case Cast c -> List.of(in.get(0));
      case Affine a -> List.of(ElementwiseKernels.affine(a, in.get(0)));
      case Binary b ->
          List.of(ElementwiseKernels.binary(b.kind(), in.get(0), in.get(1), shapes.get(0)));
      case MaximumGrad m -> List.of(ElementwiseKernels.maximumGrad(m, in));
      case Dropout d -> ElementwiseKernels.dropout(d.rate(), in.get(0), placement);
      case DropoutGrad d -> List.of(ElementwiseKernels.dropoutGrad(d.rate(), in.get(0), in.get(1)));
      case LayerNorm n -> List.of(RowNormKernels.layerNorm(n.eps(), in));
      case LayerNormGrad n -> List.of(RowNormKernels.layerNormGrad(n.eps(), in));
      case LayerNormParameterGrad n -> RowNormKernels.layerNormParameterGrad(n, in);
      case RmsNorm n -> List.of(RowNormKernels.rmsNorm(n.eps(), in));
      case RmsNormGrad n -> List.of(RowNormKernels.rmsNormGrad(n.eps(), in));
      case RmsNormGainGrad n -> List.of(RowNormKernels.rmsNormGainGrad(n.eps(), in));
      case BatchNorm n -> ChannelNormKernels.forward(in, shapes, n.eps());
      case BatchNormGrad n -> List.of(ChannelNormKernels.inputGrad(in));
      case BatchNormParameterGrad n -> ChannelNormKernels.parameterGrad(in);
      case GroupNorm n -> ChannelNormKernels.forward(in, shapes, n.eps());
      case GroupNormGrad n -> List.of(ChannelNormKernels.inputGrad(in));
      case GroupNormParameterGrad n -> ChannelNormKernels.parameterGrad(in);
      case Softmax s -> List.of(SoftmaxKernels.softmax(s, in.get(0), placement));
      case SoftmaxGrad s -> List.of(SoftmaxKernels.softmaxGrad(s, in.get(0), in.get(1)));
      case Attention a -> AttentionKernels.forward(a, in, placement);
      case AttentionGrad a ->
          AttentionKernels.grad(new Attention(a.mask(), a.scale(), a.dropout()), in, placement);
      case AttentionBiasGrad a ->
          List.of(
              AttentionKernels.biasGrad(
                  new Attention(a.mask(), a.scale(), a.dropout()), in, placement));
      case Rope r -> List.of(PositionKernels.rope(r.theta(), in.get(0), 1, placement));
      case RopeGrad r -> List.of(PositionKernels.rope(r.theta(), in.get(0), -1, placement));
      case AlibiBias a -> List.of(PositionKernels.alibi(a, shapes.get(0), placement));
      case Positions p -> List.of(PositionKernels.positions(shapes.get(0), placement));
      case RelativePositionBuckets r ->
          List.of(PositionKernels.buckets(r, shapes.get(0), placement));
      case Embedding e -> List.of(LookupKernels.embedding(in, shapes.get(0), placement));
      case EmbeddingGrad e -> List.of(LookupKernels.embeddingGrad(in, shapes.get(0), placement));
      case TopK t -> List.of(RoutingKernels.topK(t.k(), in.get(0)));
      case ExpertSlots e -> List.of(RoutingKernels.slots(e.capacity(), in.get(0)));
      case DispatchTokens d -> List.of(RoutingKernels.dispatch(in, shapes.get(0)));
      case CombineTokens c -> List.of(RoutingKernels.combine(in, shapes.get(0)));
      case RoutedProduct r -> List.of(RoutingKernels.product(in, shapes.get(0)));
      case CrossEntropy c -> SoftmaxKernels.crossEntropy(in, placement);
      case CrossEntropyGrad c -> List.of(SoftmaxKernels.crossEntropyGrad(in, placement));
      case Reduce r -> List.of(ReduceKernels.reduce(r, in.get(0), shapes.get(0), placement));
      case ReduceGrad r -> List.of(ReduceKernels.reduceGrad(r, in, shapes.get(0), placement));
      case Broadcast b -> List.of(ReduceKernels.broadcast(in.get(0), shapes.get(0)));
      case Transpose t -> List.of(MovementKernels.transpose(t.permutation(), in.get(0)));
      case TransposeGrad t ->
          List.of(MovementKernels.transpose(MovementKernels.inverse(t.permutation()), in.get(0)));
      case Reshape r -> List.of(new Tensor(shapes.get(0), in.get(0).data()));
      case Concat c -> List.of(MovementKernels.concat(c.dim(), in, shapes.get(0)));
      case Slice s ->
          List.of(
              MovementKernels.slice(s.dim(), Math.toIntExact(s.start()), in.get(0), shapes.get(0)));
      case Pad p ->
          List.of(MovementKernels.pad(p.dim(), Math.toIntExact(p.low()), in.get(0), shapes.get(0)));
      case Conv2d c -> List.of(WindowKernels.conv(c, in, shapes.get(0)));
      case Conv2dInputGrad c -> List.of(WindowKernels.convInputGrad(c, in, shapes.get(0)));
      case Conv2dWeightGrad c -> List.of(WindowKernels.convWeightGrad(c, in, shapes.get(0)));
      case Pool2d p -> List.of(WindowKernels.pool(p, in.get(0), shapes.get(0)));
      case Pool2dGrad p -> List.of(WindowKernels.poolGrad(p, in, shapes.get(0)));
    };
  }
}
