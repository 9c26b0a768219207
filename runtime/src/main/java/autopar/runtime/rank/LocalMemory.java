package autopar.runtime.rank;

import autopar.diagnostics.CompilerBug;
import autopar.program.Box;
import autopar.program.Buffer;
import autopar.program.StageProgram;
import autopar.runtime.kernel.FloatTensor;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The buffers of one rank: those of the run, and those of every micro-batch in flight. All elements
 * are held as fp32; what another number format cannot hold is rounded away when it is written.
 * Streams may use different buffers at the same time.
 */
final class LocalMemory {

  private final StageProgram program;
  private final int[] axisSizes;
  private final FloatTensor[] lasting;
  private final Map<Integer, FloatTensor[]> ofMicroBatch = new ConcurrentHashMap<>();
  private final Map<Long, Box[][]> boxes = new ConcurrentHashMap<>();

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

  void put(int buffer, int microBatch, FloatTensor tensor) {
    home(buffer, microBatch)[buffer] = tensor;
  }

  void free(int buffer, int microBatch) {
    home(buffer, microBatch)[buffer] = null;
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

  /** An empty tensor of that block's shape. */
  FloatTensor allocate(int buffer, long batch, int position) {
    Box box = box(buffer, batch, position);
    return new FloatTensor(box.shape(), new float[Math.toIntExact(box.elements())]);
  }
}
