package autopar.plan;

import autopar.ir.type.Precision;
import autopar.training.Optimizer;
import java.util.Optional;

/**
 * What a step does: {@code globalBatch} samples of {@code sequence} tokens each (1 where the model
 * has no sequence). {@code optimizer} is empty for inference.
 */
public record Workload(
    WorkloadKind kind,
    long globalBatch,
    long sequence,
    Precision precision,
    Optional<Optimizer> optimizer) {}
