package autopar.runtime.rank;

import autopar.ir.type.TensorType;
import autopar.program.Box;
import autopar.program.ParameterSlot;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Puts whole tensors together from the blocks of ranks: of copies one counts, summands are added,
 * and gradients of a parameter that several stages hold are added too.
 */
public final class WholeTensors {

  private final RankExecutor.Run run;

  public WholeTensors(RankExecutor.Run run) {
    this.run = run;
  }

  /** Gradients by name of the parameter, from executors in this JVM. */
  public Map<String, double[]> gradients(List<RankExecutor> ranks) {
    return local(ranks, HeldBlock::gradients, true);
  }

  /** Parameters by name, from executors in this JVM. */
  public Map<String, double[]> parameters(List<RankExecutor> ranks) {
    return local(ranks, HeldBlock::parameters, false);
  }

  private Map<String, double[]> local(
      List<RankExecutor> ranks,
      Function<ParameterSlot, List<HeldBlock.Named>> buffers,
      boolean sum) {
    Map<Integer, RankExecutor> byRank = new TreeMap<>();
    ranks.forEach(r -> byRank.put(r.rank(), r));
    Map<String, double[]> whole = new TreeMap<>();
    for (HeldBlock block : HeldBlock.of(run.bundle(), buffers, sum)) {
      add(whole, block, byRank.get(block.rank()).held(block.buffer()), sum);
    }
    return whole;
  }

  /**
   * Gradients and parameters at rank 0; every rank of the world must call this.
   *
   * @param own this rank's executor, absent on idle ranks
   */
  public Optional<Gathered> gather(Optional<RankExecutor> own, Transport transport) {
    Map<String, double[]> gradients = gather(own, transport, HeldBlock::gradients, true);
    Map<String, double[]> parameters = gather(own, transport, HeldBlock::parameters, false);
    return transport.rank() == 0
        ? Optional.of(new Gathered(gradients, parameters))
        : Optional.empty();
  }

  /** Whole tensors by name. */
  public record Gathered(Map<String, double[]> gradients, Map<String, double[]> parameters) {}

  private Map<String, double[]> gather(
      Optional<RankExecutor> own,
      Transport transport,
      Function<ParameterSlot, List<HeldBlock.Named>> buffers,
      boolean sum) {
    Map<String, double[]> whole = new TreeMap<>();
    int tag = run.bundle().transfers().size();
    for (HeldBlock block : HeldBlock.of(run.bundle(), buffers, sum)) {
      boolean mine = block.rank() == transport.rank();
      if (mine && transport.rank() == 0) {
        add(whole, block, own.orElseThrow().held(block.buffer()), sum);
      } else if (mine) {
        float[] data = own.orElseThrow().held(block.buffer());
        transport.send(0, tag, data, data.length);
      } else if (transport.rank() == 0) {
        float[] data = new float[Math.toIntExact(block.box().elements())];
        transport.receive(block.rank(), tag, data, data.length);
        add(whole, block, data, sum);
      }
    }
    return whole;
  }

  private static void add(Map<String, double[]> whole, HeldBlock block, float[] data, boolean sum) {
    TensorType type = block.slot().type();
    double[] tensor =
        whole.computeIfAbsent(block.tensor(), n -> new double[Math.toIntExact(type.elements(1))]);
    long[] extents = type.shape().stream().mapToLong(e -> e.count()).toArray();
    Box box = block.box();
    BlockElements.forEach(
        box,
        extents,
        (local, index) -> {
          int i = Math.toIntExact(index);
          tensor[i] = sum ? tensor[i] + data[local] : data[local];
        });
  }
}
