package autopar.runtime.profile;

import autopar.runtime.cuda.Shape;
import java.util.ArrayList;
import java.util.List;

/**
 * The matrix products of one layer of a known model on one device: forward, and for the gradients
 * of input and weight. Attention's own products are not among them.
 *
 * @param model and its tensor parallelism
 * @param weights local [input, output] sides of the layer's weights
 */
record LayerProducts(String model, List<long[]> weights) {
  /** Tokens of a sample. */
  private static final long SEQUENCE = 2048;

  /** Micro-batches that are compared. */
  static final List<Integer> MICRO_BATCHES = List.of(1, 4);

  /** Sides from models/opt-66b.ir, models/gpt3-175b.ir and models/llama-7b.ir. */
  static List<LayerProducts> known() {
    return List.of(
        new LayerProducts("OPT-66B, tensor 8", shards(9216, 8)),
        new LayerProducts("GPT-3 175B, tensor 8", shards(12_288, 8)),
        new LayerProducts(
            "LLaMA-7B, tensor 1",
            List.of(
                new long[] {4096, 3 * 4096},
                new long[] {4096, 4096},
                new long[] {4096, 2 * 11_008},
                new long[] {11_008, 4096})));
  }

  /** Attention's in and out and an MLP of four times the width, split as Megatron-LM does. */
  private static List<long[]> shards(long hidden, long tensor) {
    return List.of(
        new long[] {hidden, 3 * hidden / tensor},
        new long[] {hidden / tensor, hidden},
        new long[] {hidden, 4 * hidden / tensor},
        new long[] {4 * hidden / tensor, hidden});
  }

  List<Shape> shapes(int microBatch) {
    long tokens = microBatch * SEQUENCE;
    List<Shape> shapes = new ArrayList<>();
    for (long[] weight : weights) {
      shapes.add(new Shape(tokens, weight[1], weight[0]));
      shapes.add(new Shape(tokens, weight[0], weight[1]));
      shapes.add(new Shape(weight[0], weight[1], tokens));
    }
    return shapes;
  }
}
