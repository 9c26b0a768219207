package autopar.plan;

/** SHA-256 (hexadecimal) of the resolved model's text and of the resolved cluster's text. */
public record PlanHashes(String model, String cluster) {}
