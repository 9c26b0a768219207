package autopar.runtime.rank;

import autopar.diagnostics.CompilerBug;
import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.StageProgram;
import autopar.runtime.kernel.FloatTensor;
import java.util.Arrays;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;

/**
 * The buffers of one rank: those of the run, and those of every micro-batch in flight. All elements
 * are held as fp32; what another number format cannot hold is rounded away when it is written.
 *
 * <p>Arrays of freed buffers are used again for the next buffers of their length, so a training
 * step leaves the garbage collector nothing and writes to memory that the caches still know.
 * Streams may use different buffers at the same time: a buffer ends once all who use it are done.
 */
final class LocalMemory {

  private final StageProgram program;
  private final int[] axisSizes;
  private final FloatTensor[] lasting;
  private final Map<Integer, FloatTensor[]> ofMicroBatch = new ConcurrentHashMap<>();
  private final Map<Long, Box[][]> boxes = new ConcurrentHashMap<>();

  /** Arrays that no buffer holds, by length. */
  private final Map<Integer, Deque<float[]>> spare = new ConcurrentHashMap<>();

  LocalMemory(StageProgram program) {
    this.program = program;
    this.axisSizes = program.mesh().sizes();
    this.lasting = new FloatTensor[program.buffers().size()];
  }

  private boolean perMicroBatch(int buffer) {
    return program.buffer(buffer).lifetime() == Buffer.Lifetime.MICRO_BATCH;
  }

  private FloatTensor[] home(int buffer, int microBatch) {
    return perMicroBatch(buffer)
        ? ofMicroBatch.computeIfAbsent(microBatch, m -> new FloatTensor[program.buffers().size()])
        : lasting;
  }

  /** What a buffer holds. */
  FloatTensor get(int buffer, int microBatch) {
    FloatTensor tensor = home(buffer, microBatch)[buffer];
    if (tensor == null) {
      throw new CompilerBug(
          "RankExecutor", program.buffer(buffer).name(), "is read but was not written");
    }
    return tensor;
  }

  /** Gives a buffer its contents, which no other buffer may hold. */
  void put(int buffer, int microBatch, FloatTensor tensor) {
    FloatTensor[] home = home(buffer, microBatch);
    if (home[buffer] != null && home[buffer].data() != tensor.data()) {
      recycle(home[buffer]);
    }
    home[buffer] = tensor;
  }

  /** Ends a buffer. */
  void free(int buffer, int microBatch) {
    FloatTensor[] home = home(buffer, microBatch);
    if (home[buffer] != null) {
      recycle(home[buffer]);
      home[buffer] = null;
    }
  }

  /** Ends a buffer whose array another one is about to hold. */
  FloatTensor take(int buffer, int microBatch) {
    FloatTensor tensor = get(buffer, microBatch);
    home(buffer, microBatch)[buffer] = null;
    return tensor;
  }

  private void recycle(FloatTensor tensor) {
    spare
        .computeIfAbsent(tensor.data().length, n -> new ConcurrentLinkedDeque<>())
        .push(tensor.data());
  }

  /** Forgets a micro-batch whose buffers are all freed. */
  void end(int microBatch) {
    ofMicroBatch.remove(microBatch);
  }

  /** The block of a buffer that the rank at {@code position} holds of {@code batch} samples. */
  Box box(int buffer, long batch, int position) {
    Box[][] known =
        boxes.computeIfAbsent(
            batch, b -> new Box[program.buffers().size()][program.mesh().ranks().size()]);
    Box box = known[buffer][position];
    if (box == null) {
      Buffer b = program.buffer(buffer);
      box = b.layout().box(b.type(), batch, axisSizes, program.mesh().coordinates(position));
      known[buffer][position] = box;
    }
    return box;
  }

  /** A tensor of that block's shape, whose elements are anything. */
  FloatTensor allocate(int buffer, long batch, int position) {
    Box box = box(buffer, batch, position);
    return new FloatTensor(box.shape(), array(Math.toIntExact(box.elements())));
  }

  /** A tensor of that block's shape, of zeros. */
  FloatTensor zeros(int buffer, long batch, int position) {
    FloatTensor tensor = allocate(buffer, batch, position);
    Arrays.fill(tensor.data(), 0);
    return tensor;
  }

  /** A copy of {@code tensor}. */
  FloatTensor copy(FloatTensor tensor) {
    return copy(tensor.shape(), tensor.data(), 0);
  }

  /** A tensor of the elements of {@code data} from {@code at} on. */
  FloatTensor copy(int[] shape, float[] data, int at) {
    FloatTensor copy = new FloatTensor(shape, array(FloatTensor.elements(shape)));
    System.arraycopy(data, at, copy.data(), 0, copy.data().length);
    return copy;
  }

  private float[] array(int length) {
    Deque<float[]> known = spare.get(length);
    float[] array = known == null ? null : known.pollFirst();
    return array == null ? new float[length] : array;
  }
}
