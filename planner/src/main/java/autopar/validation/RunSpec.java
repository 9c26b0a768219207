package autopar.validation;

import autopar.ir.type.Precision;
import autopar.planner.AttentionKind;
import autopar.training.RecomputeMode;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * The normalised facts of a published run.
 *
 * <p>{@code globalBatch} and {@code microBatch} count sequences, the latter per replica; {@code
 * nicGigabits} is the sum over a host's adapters, empty on one host; {@code zeroGroup} the devices
 * one ZeRO group spans, empty for all replicas; {@code clusterState} tells runs before and after a
 * repair of their cluster apart, and is empty where there was none. {@code experts} are those of a
 * layer that routes tokens, two to each; empty where none does.
 */
public record RunSpec(
    String architecture,
    int layers,
    int hidden,
    int heads,
    int kvHeads,
    int ffn,
    int vocab,
    int seq,
    OptionalInt experts,
    String gpu,
    int devices,
    int devicesPerHost,
    OptionalDouble nicGigabits,
    long globalBatch,
    long microBatch,
    int tensor,
    int stages,
    int data,
    int virtualStages,
    boolean sequenceParallel,
    RecomputeMode recompute,
    int zero,
    OptionalInt zeroGroup,
    Precision precision,
    boolean fp32Gradients,
    AttentionKind attention,
    String software,
    boolean overlapGradients,
    String clusterState) {}
