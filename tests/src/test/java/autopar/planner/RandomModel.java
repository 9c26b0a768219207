package autopar.planner;

import autopar.diagnostics.SourceFile;
import autopar.ir.graph.Graph;
import autopar.text.IncludeResolver;
import autopar.text.IrReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * The models that random plans are made for, at random small sizes that seldom divide by a mesh.
 */
enum RandomModel {
  MLP("models/mlp.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 5));
      dims.put("inputs", between(random, 2, 7));
      dims.put("hidden", between(random, 3, 9));
      dims.put("ffn", between(random, 3, 11));
      dims.put("outputs", between(random, 2, 6));
    }
  },
  GPT("models/gpt.ir"),
  LLAMA("models/llama.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      long groups = between(random, 1, 3);
      long heads = groups * between(random, 1, 3);
      transformer(random, dims, heads);
      dims.put("kv_heads", groups);
      dims.put("hidden", heads * 2 * between(random, 1, 2));
      dims.put("ffn", between(random, 5, 13));
    }
  },
  EXPERTS("models/mixtral.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      LLAMA.draw(random, dims);
      dims.put("layers", between(random, 1, 3));
      experts(random, dims);
    }
  },
  BALANCED("tests/src/test/resources/models/experts-tiny.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 3));
      dims.put("seq", between(random, 2, 7));
      dims.put("hidden", between(random, 5, 9));
      dims.put("ffn", between(random, 5, 13));
      experts(random, dims);
      dims.put("vocab", between(random, 7, 19));
    }
  },
  BERT("models/bert.ir"),
  T5("models/t5.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      transformer(random, dims, between(random, 1, 4));
      dims.put("layers", between(random, 1, 3));
      dims.put("decoder_layers", between(random, 1, 3));
      dims.put("target_seq", between(random, 2, 6));
      dims.put("hidden", between(random, 4, 11));
      dims.put("head", between(random, 2, 4));
      dims.put("ffn", between(random, 5, 13));
      dims.put("buckets", 8L);
    }
  },
  BLOOM("models/bloom.ir"),
  CONV("tests/src/test/resources/models/conv-tiny.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 3));
      dims.put("channels", 2 * between(random, 1, 3));
      dims.put("classes", between(random, 3, 7));
    }
  },
  WIDE_RESNET("models/alpa-wresnet-250m.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("image", 64L);
      dims.put("channels", between(random, 1, 2));
      dims.put("width", between(random, 1, 2));
      dims.put("classes", between(random, 3, 7));
      for (int depth = 1; depth <= 4; depth++) {
        dims.put("depth" + depth, 2L);
      }
    }
  },
  MOVES("tests/src/test/resources/random/moves.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 4));
      dims.put("seq", between(random, 3, 7));
      dims.put("heads", between(random, 2, 4));
      dims.put("head", between(random, 2, 4));
      dims.put("extra", between(random, 2, 3));
      dims.put("outputs", between(random, 2, 6));
    }
  },
  ATTEND("tests/src/test/resources/random/attend.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 4));
      dims.put("seq", between(random, 2, 6));
      dims.put("keys", between(random, 2, 5));
      dims.put("groups", between(random, 1, 3));
      dims.put("head", 2 * between(random, 1, 2));
      dims.put("hidden", between(random, 4, 11));
      dims.put("vocab", between(random, 5, 13));
    }
  },
  IMAGES("tests/src/test/resources/random/images.ir") {
    @Override
    void draw(Random random, Map<String, Long> dims) {
      dims.put("layers", between(random, 1, 3));
      dims.put("deep", between(random, 1, 2));
      dims.put("image", 2 * between(random, 2, 4));
      dims.put("channels", 2 * between(random, 1, 3));
      dims.put("classes", between(random, 3, 7));
    }
  };

  private static final Path HOME = Path.of(System.getProperty("autopar.home"));

  private final String file;

  RandomModel(String file) {
    this.file = file;
  }

  /** Sizes of the model; those of a transformer unless a model says otherwise. */
  void draw(Random random, Map<String, Long> dims) {
    long heads = between(random, 1, 4);
    transformer(random, dims, heads);
    dims.put("hidden", heads * between(random, 2, 4));
  }

  private static void transformer(Random random, Map<String, Long> dims, long heads) {
    dims.put("layers", between(random, 1, 5));
    dims.put("seq", between(random, 2, 7));
    dims.put("heads", heads);
    dims.put("vocab", between(random, 7, 19));
  }

  private static void experts(Random random, Map<String, Long> dims) {
    dims.put("experts", between(random, 2, 6));
    dims.put("chosen", between(random, 1, 2));
    dims.put("capacity", between(random, 1, 4));
  }

  private static long between(Random random, long least, long most) {
    return least + random.nextInt((int) (most - least + 1));
  }

  /** The model with the given sizes of its dims. */
  Graph graph(Map<String, Long> dims) {
    try {
      SourceFile source = new SourceFile(file, conditioned(Files.readString(HOME.resolve(file))));
      return IrReader.read(source, dims, IncludeResolver.NONE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The same text where rounding stays what it is: batch norms of the few elements of a small
   * model, one after the other, magnify it, and kinks turn it into jumps.
   */
  private String conditioned(String text) {
    return switch (this) {
      case WIDE_RESNET, CONV, IMAGES ->
          text.replace("relu(", "silu(")
              .replace("normal(0.05)", "normal(0.5)")
              .replaceAll("(bn\\w*\\.bias)\\)", "$1, eps = 1.0)")
              .replaceAll("(gn\\w*\\.bias), groups", "$1, eps = 1.0, groups");
      default -> text;
    };
  }

  /** Random sizes. */
  Map<String, Long> dims(Random random) {
    Map<String, Long> dims = new TreeMap<>();
    draw(random, dims);
    return dims;
  }
}
