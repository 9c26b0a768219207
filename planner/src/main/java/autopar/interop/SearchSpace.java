package autopar.interop;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeSet;

/**
 * The pipelines that are considered: what is forced, and which sizes are tried otherwise.
 *
 * @param line the devices available, and where on them stages may start and end
 * @param tensor forced size of the tensor axis
 * @param data forced size of the data axis
 * @param stages forced number of stages
 * @param replicaBatch forced samples per micro-batch and data shard; where meshes are fixed, of the
 *     stage with most data shards
 * @param fixed what is decided about each stage, one entry per stage; empty when nothing is
 * @param powersOfTwo stages are 1, 2, 4 ... devices inside a host, or as many whole hosts
 */
public record SearchSpace(
    DeviceLine line,
    OptionalInt tensor,
    OptionalInt data,
    OptionalInt stages,
    OptionalInt replicaBatch,
    List<FixedStage> fixed,
    boolean powersOfTwo) {

  public SearchSpace {
    fixed = List.copyOf(fixed);
  }

  /** A micro-batch that every mesh admits. */
  static final int ANY_BATCH = Integer.MAX_VALUE;

  /** Most devices a tensor axis spans: two hosts of eight. */
  private static final int MAX_TENSOR = 16;

  /** Devices available. */
  public int devices() {
    return line.devices();
  }

  /** The same space on another line. */
  SearchSpace on(DeviceLine other) {
    return new SearchSpace(other, tensor, data, stages, replicaBatch, fixed, powersOfTwo);
  }

  /** The same space with stages of powers of two only. */
  SearchSpace withPowersOfTwo() {
    return new SearchSpace(line, tensor, data, stages, replicaBatch, fixed, true);
  }

  /** May a stage take the positions [first, first + width)? */
  boolean admits(int first, int width) {
    return !powersOfTwo || line.isPowerOfTwo(first, width);
  }

  /** Offsets at which a stage may start or end, ascending from 0 to {@code devices}. */
  public List<Integer> offsets() {
    TreeSet<Integer> offsets = new TreeSet<>(line.offsets());
    int end = 0;
    for (FixedStage stage : fixed) {
      end += stage.devices().orElse(0);
      offsets.add(Math.min(end, devices()));
    }
    return new ArrayList<>(offsets);
  }

  /** The ranges that a stage may take. */
  List<DeviceRange> ranges() {
    List<Integer> offsets = offsets();
    List<DeviceRange> ranges = new ArrayList<>();
    for (int first : offsets) {
      for (int end : offsets) {
        if (end > first && admits(first, end - first)) {
          ranges.add(new DeviceRange(first, end - first));
        }
      }
    }
    for (FixedStage stage : fixed) {
      int width = stage.devices().orElse(devices() + 1);
      for (int first = 0; first + width <= devices(); first++) {
        ranges.add(new DeviceRange(first, width));
      }
    }
    return ranges;
  }

  /** May stage {@code stage} hold units [from, to) on {@code width} devices? */
  boolean admits(int stage, int from, int to, int width) {
    if (stage < 0 || stage >= fixed.size()) {
      return true;
    }
    FixedStage f = fixed.get(stage);
    return f.layers().map(l -> l.from() == from && l.to() == to).orElse(true)
        && f.devices().orElse(width) == width;
  }

  /** The same for the stages of a whole pipeline, which may hold several ranges each. */
  boolean admits(List<List<LayerRange>> layers, int data, int tensor) {
    for (int i = 0; i < fixed.size(); i++) {
      FixedStage f = fixed.get(i);
      int units = layers.get(i).stream().mapToInt(r -> r.to() - r.from()).sum();
      boolean sameLayers =
          layers.get(i).size() == 1
              ? f.layers().map(layers.get(i).getFirst()::equals).orElse(true)
              : f.layers().map(l -> l.to() - l.from() == units).orElse(true);
      if (!sameLayers
          || f.devices().orElse(data * tensor) != data * tensor
          || f.mesh().map(m -> m.data() != data).orElse(false)) {
        return false;
      }
    }
    return true;
  }

  /** The mesh that stage {@code stage} must have, if that is decided. */
  Optional<FixedStage.MeshSizes> meshOf(int stage) {
    return stage < 0 || stage >= fixed.size() ? Optional.empty() : fixed.get(stage).mesh();
  }

  /** Is everything decided, and the stages as equal as {@link UniformPipelines} makes them? */
  boolean isOneUniformPipeline(int units) {
    if (tensor.isEmpty() || data.isEmpty() || stages.isEmpty() || replicaBatch.isEmpty()) {
      return false;
    }
    List<LayerRange> equal = UniformPipelines.balanced(units, stages.getAsInt());
    for (int i = 0; i < fixed.size(); i++) {
      if (!fixed.get(i).layers().equals(Optional.of(equal.get(i)))) {
        return false;
      }
    }
    return fixed.size() == equal.size()
        && tensor.getAsInt() * data.getAsInt() * stages.getAsInt() == devices();
  }

  /** The (data, tensor) sizes of meshes of {@code width} devices at this micro-batch. */
  public List<int[]> meshes(int width, int microBatch) {
    List<int[]> meshes = new ArrayList<>();
    for (int t = 1; t <= width; t++) {
      if (width % t == 0 && mayBe(width / t, t) && admitsBatch(width / t, microBatch)) {
        meshes.add(new int[] {width / t, t});
      }
    }
    return meshes;
  }

  private boolean mayBe(int d, int t) {
    if (data.orElse(d) != d || tensor.orElse(t) != t) {
      return false;
    }
    if (mostFixedData() > 0) {
      return fixed.stream()
          .anyMatch(f -> f.mesh().map(m -> m.data() == d && m.tensor() == t).orElse(true));
    }
    return t <= MAX_TENSOR || tensor.isPresent();
  }

  /** May a stage of {@code d} data shards run micro-batches of {@code microBatch} samples? */
  boolean admitsBatch(int d, int microBatch) {
    if (d > microBatch) {
      return false;
    }
    int shards = mostFixedData() > 0 ? mostFixedData() : d;
    return replicaBatch.isEmpty()
        || microBatch == ANY_BATCH
        || (long) replicaBatch.getAsInt() * shards == microBatch;
  }

  /** Data shards of the fixed mesh that has most, 0 where no mesh is fixed. */
  private int mostFixedData() {
    return fixed.stream().flatMap(f -> f.mesh().stream()).mapToInt(m -> m.data()).max().orElse(0);
  }

  /** Samples per micro-batch and replica that are tried. */
  public List<Integer> replicaBatches() {
    if (replicaBatch.isPresent()) {
      return List.of(replicaBatch.getAsInt());
    }
    return List.of(1, 2, 3, 4, 6, 8, 12, 16, 32, 64);
  }

  /** Micro-batches that the search over unequal stages tries, ascending. */
  public List<Integer> microBatches(long globalBatch) {
    TreeSet<Integer> shards = new TreeSet<>();
    int mostData = Math.min(devices(), data.orElse(devices()));
    for (int d = data.orElse(1); d <= mostData; d = nextData(d)) {
      shards.add(d);
    }
    if (mostFixedData() > 0) {
      shards.add(mostFixedData());
    }
    TreeSet<Integer> sizes = new TreeSet<>();
    for (int d : shards) {
      for (int b : replicaBatches()) {
        long size = (long) b * d;
        if (size <= globalBatch
            && (data.isPresent()
                || replicaBatch.isPresent()
                || b <= 8 && Integer.bitCount(b) == 1)) {
          sizes.add((int) size);
        }
      }
    }
    return new ArrayList<>(sizes);
  }

  /** Powers of two and three times powers of two: the sizes hosts are made of. */
  private int nextData(int d) {
    return data.isPresent() ? d + 1 : Integer.bitCount(d) == 1 && d >= 2 ? d + d / 2 : nextPower(d);
  }

  private static int nextPower(int d) {
    return d == 1 ? 2 : d / 3 * 4;
  }
}
