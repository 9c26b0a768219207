package autopar.interop;

/** Units [from, to) of the chain; a stage of an interleaved schedule holds several ranges. */
public record LayerRange(int from, int to) {}
