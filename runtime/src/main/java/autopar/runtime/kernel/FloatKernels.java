package autopar.runtime.kernel;

import autopar.diagnostics.CompilerBug;
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
import autopar.ir.op.ForwardOp;
import autopar.ir.op.GradientOp;
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

/**
 * What every op computes, in single precision. Results share no array with operands. Dimensions may
 * be empty: a sum over nothing is 0, a maximum minus infinity, a mean 0.
 */
public final class FloatKernels {

  private final EinsumKernel einsum;
  private final AttentionKernels attention;
  private final ConvolutionKernels convolution;

  public FloatKernels(MatrixProduct product) {
    einsum = new EinsumKernel(product);
    attention = new AttentionKernels(product);
    convolution = new ConvolutionKernels(product);
  }

  /**
   * Runs one op on shards that hold whole rows of what it reduces inside.
   *
   * @param out the results, local shapes; every element is written
   */
  public void run(Op op, List<FloatTensor> in, List<FloatTensor> out, Placement placement) {
    FloatTensor y = out.get(0);
    switch (op) {
      case Einsum e -> einsum.run(e, in, y);
      case Unary u -> UnaryKernels.unary(u.kind(), in.get(0).data(), y.data());
      case UnaryGrad u ->
          UnaryGradKernels.unaryGrad(u.kind(), in.get(0).data(), in.get(1).data(), y.data());
      case Affine a -> UnaryKernels.affine(a, in.get(0).data(), y.data());
      case Binary b -> BinaryKernels.binary(b.kind(), in.get(0), in.get(1), y);
      case MaximumGrad m -> BinaryKernels.maximumGrad(m, in, y);
      case Dropout d -> DropoutKernels.forward(d.rate(), in.get(0), y, out.get(1), placement);
      case DropoutGrad d ->
          DropoutKernels.grad(d.rate(), in.get(0).data(), in.get(1).data(), y.data());
      case LayerNorm n -> RowNormKernels.forward(in, RowMoments.of(in.get(0), n.eps(), true), y);
      case LayerNormGrad n ->
          RowNormKernels.inputGrad(in, RowMoments.of(in.get(0), n.eps(), true), y);
      case LayerNormParameterGrad n ->
          RowNormKernels.parameterGrad(in, RowMoments.of(in.get(0), n.eps(), true), out);
      case RmsNorm n -> RowNormKernels.forward(in, RowMoments.of(in.get(0), n.eps(), false), y);
      case RmsNormGrad n ->
          RowNormKernels.inputGrad(in, RowMoments.of(in.get(0), n.eps(), false), y);
      case RmsNormGainGrad n ->
          RowNormKernels.parameterGrad(in, RowMoments.of(in.get(0), n.eps(), false), out);
      case BatchNorm n -> ChannelNormKernels.forward(in, n.eps(), out);
      case BatchNormGrad n -> ChannelNormKernels.inputGrad(in, y);
      case BatchNormParameterGrad n -> ChannelNormKernels.parameterGrad(in, out);
      case GroupNorm n -> ChannelNormKernels.forward(in, n.eps(), out);
      case GroupNormGrad n -> ChannelNormKernels.inputGrad(in, y);
      case GroupNormParameterGrad n -> ChannelNormKernels.parameterGrad(in, out);
      case Softmax s -> SoftmaxKernels.softmax(s, in.get(0), y, placement);
      case SoftmaxGrad s -> SoftmaxKernels.grad(s, in.get(0), in.get(1), y);
      case Attention a -> attention.forward(a, in, out, placement);
      case AttentionGrad a ->
          attention.grad(new Attention(a.mask(), a.scale(), a.dropout()), in, out, placement);
      case AttentionBiasGrad a ->
          attention.biasGrad(new Attention(a.mask(), a.scale(), a.dropout()), in, y, placement);
      case Rope r -> PositionKernels.rope(r.theta(), in.get(0), 1, y, placement);
      case RopeGrad r -> PositionKernels.rope(r.theta(), in.get(0), -1, y, placement);
      case AlibiBias a -> PositionKernels.alibi(a, y, placement);
      case Positions p -> PositionKernels.positions(y, placement);
      case RelativePositionBuckets r -> PositionKernels.buckets(r, y, placement);
      case Embedding e -> LookupKernels.embedding(in, y, placement);
      case EmbeddingGrad e -> LookupKernels.embeddingGrad(in, y, placement);
      case TopK t -> RoutingKernels.topK(Math.toIntExact(t.k()), in.get(0), y);
      case ExpertSlots e -> RoutingKernels.slots(e.capacity(), in.get(0), y);
      case DispatchTokens d -> RoutingKernels.dispatch(in, y);
      case CombineTokens c -> RoutingKernels.combine(in, y);
      case RoutedProduct r -> RoutingKernels.product(in, y);
      case CrossEntropy c -> CrossEntropyKernels.forward(in, out, placement);
      case CrossEntropyGrad c -> CrossEntropyKernels.grad(in, y, placement);
      case Reduce r -> ReduceKernels.reduce(r, in.get(0), y, placement);
      case ReduceGrad r -> ReduceKernels.reduceGrad(r, in, y, placement);
      case Broadcast b -> ReduceKernels.broadcast(in.get(0), y);
      case Transpose t -> MovementKernels.transpose(t.permutation(), in.get(0), y);
      case TransposeGrad t -> MovementKernels.transposeBack(t.permutation(), in.get(0), y);
      case Cast c -> System.arraycopy(in.get(0).data(), 0, y.data(), 0, y.size());
      case Reshape r -> System.arraycopy(in.get(0).data(), 0, y.data(), 0, y.size());
      case Concat c -> MovementKernels.concat(c.dim(), in, y);
      case Slice s -> MovementKernels.slice(s.dim(), Math.toIntExact(s.start()), in.get(0), y);
      case Pad p -> MovementKernels.pad(p.dim(), Math.toIntExact(p.low()), in.get(0), y);
      case Conv2d c -> convolution.forward(c.stride(), c.padding(), in, y);
      case Conv2dInputGrad c -> convolution.inputGrad(c.stride(), c.padding(), in, y);
      case Conv2dWeightGrad c -> convolution.weightGrad(c.stride(), c.padding(), in, y);
      case Pool2d p -> PoolKernels.pool(p, in.get(0), y);
      case Pool2dGrad p -> PoolKernels.poolGrad(p, in, y);
    }
  }

  /**
   * The statistics of this shard in one of the rounds of {@link autopar.ir.op.StatisticsRounds#of}.
   *
   * @param earlier the combined statistics of the rounds before
   * @param out every element is written
   */
  public void statistics(
      Op op,
      int round,
      List<FloatTensor> in,
      List<FloatTensor> earlier,
      FloatTensor out,
      Placement placement) {
    switch (op) {
      case LayerNorm n when round == 0 -> RowNormKernels.sums(in.get(0), out);
      case LayerNorm n -> RowNormKernels.squares(in.get(0), earlier.get(0), out, placement);
      case LayerNormParameterGrad n when round == 0 -> RowNormKernels.sums(in.get(0), out);
      case LayerNormParameterGrad n ->
          RowNormKernels.squares(in.get(0), earlier.get(0), out, placement);
      case LayerNormGrad n when round == 0 -> RowNormKernels.gradSums(in, out);
      case LayerNormGrad n -> RowNormKernels.gradSquares(in, earlier.get(0), out, placement);
      case RmsNorm n -> RowNormKernels.squares(in.get(0), null, out, placement);
      case RmsNormGainGrad n -> RowNormKernels.squares(in.get(0), null, out, placement);
      case RmsNormGrad n -> RowNormKernels.gradSquares(in, null, out, placement);
      case Softmax s when round == 0 -> SoftmaxKernels.maximum(s, in.get(0), out, placement);
      case Softmax s -> SoftmaxKernels.sum(s, in.get(0), earlier.get(0), out, placement);
      case SoftmaxGrad s -> SoftmaxKernels.gradStatistics(in.get(0), in.get(1), out);
      case CrossEntropy c when round == 0 -> CrossEntropyKernels.maximum(in.get(0), out);
      case CrossEntropy c -> CrossEntropyKernels.sums(in, earlier.get(0), out, placement);
      case BatchNorm n when round == 0 -> ChannelNormKernels.sums(in, out);
      case BatchNorm n -> ChannelNormKernels.squares(in, earlier.get(0), out, placement);
      case GroupNorm n when round == 0 -> ChannelNormKernels.sums(in, out);
      case GroupNorm n -> ChannelNormKernels.squares(in, earlier.get(0), out, placement);
      case BatchNormGrad n -> ChannelNormKernels.gradStatistics(in, out);
      case GroupNormGrad n -> ChannelNormKernels.gradStatistics(in, out);
      case ForwardOp o -> throw new CompilerBug("FloatKernels", o.toString(), "has no statistics");
      case GradientOp o -> throw new CompilerBug("FloatKernels", o.toString(), "has no statistics");
    }
  }

  /**
   * Finishes an op whose internal reduction is split over ranks.
   *
   * @param statistics the combined statistics of all rounds
   * @param out the results, local shapes; every element is written
   */
  public void finish(
      Op op,
      List<FloatTensor> in,
      List<FloatTensor> statistics,
      List<FloatTensor> out,
      Placement placement) {
    FloatTensor x = in.get(0);
    FloatTensor y = out.get(0);
    FloatTensor first = statistics.get(0);
    switch (op) {
      case LayerNorm n ->
          RowNormKernels.forward(in, RowMoments.of(x, statistics, n.eps(), true, placement), y);
      case LayerNormParameterGrad n ->
          RowNormKernels.parameterGrad(
              in, RowMoments.of(x, statistics, n.eps(), true, placement), out);
      case LayerNormGrad n ->
          RowNormKernels.inputGrad(in, RowMoments.of(x, statistics, n.eps(), true, placement), y);
      case RmsNorm n ->
          RowNormKernels.forward(in, RowMoments.of(x, statistics, n.eps(), false, placement), y);
      case RmsNormGainGrad n ->
          RowNormKernels.parameterGrad(
              in, RowMoments.of(x, statistics, n.eps(), false, placement), out);
      case RmsNormGrad n ->
          RowNormKernels.inputGrad(in, RowMoments.of(x, statistics, n.eps(), false, placement), y);
      case Softmax s -> SoftmaxKernels.finish(s, x, first, statistics.get(1), y, placement);
      case SoftmaxGrad s -> SoftmaxKernels.finishGrad(s, x, in.get(1), first, y);
      case CrossEntropy c ->
          CrossEntropyKernels.finish(in, first, statistics.get(1), out, placement);
      case BatchNorm n -> ChannelNormKernels.finish(in, n.eps(), statistics, placement, out);
      case GroupNorm n -> ChannelNormKernels.finish(in, n.eps(), statistics, placement, out);
      case BatchNormGrad n -> ChannelNormKernels.finishInputGrad(in, first, placement, y);
      case GroupNormGrad n -> ChannelNormKernels.finishInputGrad(in, first, placement, y);
      case ForwardOp o -> throw new CompilerBug("FloatKernels", o.toString(), "has no statistics");
      case GradientOp o -> throw new CompilerBug("FloatKernels", o.toString(), "has no statistics");
    }
  }
}
