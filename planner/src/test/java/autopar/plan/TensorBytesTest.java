package autopar.plan;

import static org.assertj.core.api.Assertions.assertThat;

import autopar.training.RecomputeMode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TensorBytesTest {
  private static final List<MeshAxis> MESH =
      List.of(new MeshAxis("data", 3), new MeshAxis("tensor", 2));

  private static PlanTensor parameter(
      List<Long> shape, List<List<String>> sharding, Optional<List<List<String>>> stored) {
    return new PlanTensor(
        "w",
        0,
        TensorKind.PARAMETER,
        shape,
        Dtype.BF16,
        sharding,
        List.of(),
        TensorPhase.FORWARD,
        stored,
        List.of(),
        Optional.empty());
  }

  private static TensorBytes count(PlanTensor tensor, OffloadPlan offload) {
    return TensorBytes.of(List.of(tensor), 0, MESH, offload);
  }

  @Test
  void roundsEveryDimensionUp() {
    PlanTensor w =
        parameter(List.of(7L, 5L), List.of(List.of("data"), List.of("tensor")), Optional.empty());
    assertThat(count(w, OffloadPlan.NONE).parameters()).isEqualTo(3 * 3 * 2);
  }

  @Test
  void twoAxesOnOneDimensionMultiply() {
    PlanTensor w = parameter(List.of(7L), List.of(List.of("tensor", "data")), Optional.empty());
    assertThat(count(w, OffloadPlan.NONE).parameters()).isEqualTo(2 * 2);
  }

  @Test
  void countsWhatIsStored() {
    PlanTensor w =
        parameter(
            List.of(6L, 4L),
            List.of(List.of(), List.of("tensor")),
            Optional.of(List.of(List.of("data"), List.of("tensor"))));
    assertThat(count(w, OffloadPlan.NONE).parameters()).isEqualTo(2 * 2 * 2);
  }

  @Test
  void cutsFlatAxesLast() {
    PlanTensor w =
        new PlanTensor(
            "m(w)",
            0,
            TensorKind.OPTIMIZER,
            List.of(5L, 2L),
            Dtype.FP32,
            List.of(List.of(), List.of("tensor")),
            List.of(),
            TensorPhase.UPDATE,
            Optional.empty(),
            List.of("data"),
            Optional.empty());
    assertThat(count(w, OffloadPlan.NONE).optimizer()).isEqualTo(2 * 4);
    OffloadPlan toHost = new OffloadPlan(OffloadTarget.CPU, OffloadTarget.NONE, OffloadTarget.NONE);
    assertThat(count(w, toHost).optimizer()).isZero();
  }

  @Test
  void holdsSavedActivationsPerLayerAndMicroBatch() {
    PlanTensor x =
        new PlanTensor(
            "x",
            0,
            TensorKind.ACTIVATION,
            List.of(6L, 10L),
            Dtype.BF16,
            List.of(List.of("data"), List.of()),
            List.of(),
            TensorPhase.FORWARD,
            Optional.empty(),
            List.of(),
            Optional.of(new SavedActivation(0, 5, 3, RecomputeMode.NONE)));
    assertThat(count(x, OffloadPlan.NONE).activations()).isEqualTo(2 * 10 * 2 * 5 * 3);
  }

  @Test
  void scalarsAreOneElement() {
    PlanTensor s = parameter(List.of(), List.of(), Optional.empty());
    assertThat(count(s, OffloadPlan.NONE).parameters()).isEqualTo(2);
  }
}
