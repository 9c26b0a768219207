package autopar.program;

/** A block of a tensor that one rank sends to another; both are world ranks. */
public record Message(int from, int to, Box box) {}
