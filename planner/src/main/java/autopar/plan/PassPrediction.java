package autopar.plan;

/**
 * What the schedule sees of one virtual stage: seconds per micro-batch of a pass with its exposed
 * communication, and of the transfers to the next and the previous virtual stage (0 where there is
 * none).
 */
public record PassPrediction(
    double forwardSeconds,
    double backwardSeconds,
    double sendForwardSeconds,
    double sendBackwardSeconds) {}
