package autopar.text;

import autopar.diagnostics.SourceSpan;
import autopar.ir.graph.Body;

/** A block whose body is complete. */
record BlockBody(String name, Body body, SourceSpan span) {}
