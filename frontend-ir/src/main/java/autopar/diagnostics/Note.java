package autopar.diagnostics;

/** A second place that explains a diagnostic ("'w1' is declared here"). */
public record Note(SourceSpan span, String message) {}
