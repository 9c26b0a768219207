package autopar.lowering;

import autopar.ir.type.Precision;
import autopar.ir.type.TensorType;
import autopar.plan.Dtype;
import autopar.program.Buffer;
import autopar.program.Buffer.Lifetime;
import autopar.program.Buffer.Place;
import autopar.program.Instruction;
import autopar.program.Layout;
import autopar.program.StageMesh;
import java.util.ArrayList;
import java.util.List;

/** The program of one stage while it is written: its buffers, and the code under the pen. */
final class StageWriter {

  private final int stage;
  private final StageMesh mesh;
  private final Precision precision;
  private final List<Buffer> buffers = new ArrayList<>();
  private List<Instruction> code = new ArrayList<>();
  private Lifetime lifetime = Lifetime.RUN;

  StageWriter(int stage, StageMesh mesh, Precision precision) {
    this.stage = stage;
    this.mesh = mesh;
    this.precision = precision;
  }

  int stage() {
    return stage;
  }

  StageMesh mesh() {
    return mesh;
  }

  /** From here on instructions go to {@code target} and new buffers live for {@code lived}. */
  void writeTo(List<Instruction> target, Lifetime lived) {
    code = target;
    lifetime = lived;
  }

  void emit(Instruction instruction) {
    code.add(instruction);
  }

  /** A new buffer in the number format that its type has in this run. */
  int buffer(String name, TensorType type, Layout layout) {
    return buffer(name, type, Dtype.of(type.element(), precision), layout);
  }

  int buffer(String name, TensorType type, Dtype dtype, Layout layout) {
    return buffer(name, type, dtype, layout, lifetime);
  }

  int buffer(String name, TensorType type, Dtype dtype, Layout layout, Lifetime lived) {
    return buffer(name, type, dtype, layout, lived, Place.DEVICE);
  }

  /** A new buffer in host memory that lives like others of this code. */
  int onHost(String name, TensorType type, Dtype dtype, Layout layout) {
    return buffer(name, type, dtype, layout, lifetime, Place.HOST);
  }

  int buffer(
      String name, TensorType type, Dtype dtype, Layout layout, Lifetime lived, Place place) {
    buffers.add(new Buffer(buffers.size(), name, type, dtype, layout, lived, place));
    return buffers.size() - 1;
  }

  Buffer buffer(int id) {
    return buffers.get(id);
  }

  Layout layout(int id) {
    return buffers.get(id).layout();
  }

  List<Buffer> buffers() {
    return buffers;
  }
}
