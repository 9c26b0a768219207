package autopar.plan;

/** A named axis of a stage's mesh; the last axis of a mesh runs over neighbouring devices. */
public record MeshAxis(String name, int size) {}
