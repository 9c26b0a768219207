package autopar.runtime.reference;

import autopar.ir.graph.Body;
import autopar.ir.graph.Value;
import autopar.ir.type.ElementType;
import autopar.training.Differentiate;
import autopar.training.TrainingBody;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A body with seeded values in it, at three samples: reals in (0.2, 1.2) with alternating signs
 * unless {@code positive}, integers in [0, {@code ids}).
 */
public record BodyUnderTest(String name, Body body, int ids, boolean positive) {

  public static final long BATCH = 3;

  public static BodyUnderTest of(String name, Body body) {
    return new BodyUnderTest(name, body, 5, false);
  }

  public TrainingBody training() {
    return Differentiate.body(body);
  }

  public ReferenceInterpreter interpreter() {
    return new ReferenceInterpreter(BATCH, 7);
  }

  /** Arguments and parameters by id. */
  public Map<Integer, Tensor> given() {
    Random random = new Random(name.hashCode());
    List<Value> values = new ArrayList<>();
    body.arguments().forEach(a -> values.add(body.value(a)));
    body.parameters().forEach(p -> values.add(p.value()));
    Map<Integer, Tensor> given = new HashMap<>();
    for (Value value : values) {
      given.put(value.id(), draw(value, random));
    }
    return given;
  }

  public Tensor draw(Value value, Random random) {
    boolean integer = value.type().element() == ElementType.INT32;
    return Tensor.filled(
        interpreter().shape(value.type()),
        i -> {
          if (integer) {
            return random.nextInt(ids);
          }
          double size = 0.2 + random.nextDouble();
          return positive || random.nextBoolean() ? size : -size;
        });
  }

  @Override
  public String toString() {
    return name;
  }
}
