package autopar.interop;

import java.util.Optional;
import java.util.OptionalInt;

/** What is decided beforehand about one stage: its layers, its devices, its (data, tensor) mesh. */
public record FixedStage(Optional<LayerRange> layers, OptionalInt width, Optional<MeshSizes> mesh) {

  /** Sizes of the data and the tensor axis. */
  public record MeshSizes(int data, int tensor) {}

  /** Devices of the stage, where width or mesh say. */
  OptionalInt devices() {
    return mesh.isPresent() ? OptionalInt.of(mesh.get().data() * mesh.get().tensor()) : width;
  }
}
