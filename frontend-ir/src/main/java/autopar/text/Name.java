package autopar.text;

import autopar.diagnostics.SourceSpan;

/** A word of the source and where it stands. */
record Name(String text, SourceSpan span) {}
