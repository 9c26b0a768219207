package autopar.program;

import autopar.ir.type.TensorType;
import autopar.plan.Dtype;

/**
 * A tensor that goes from one stage's mesh to another's, perhaps lying there in another way. Both
 * layouts are complete. Its messages are those of {@link TransferRoute}.
 */
public record Transfer(
    int id,
    String name,
    TensorType type,
    Dtype dtype,
    int fromStage,
    Layout source,
    int toStage,
    Layout target) {}
