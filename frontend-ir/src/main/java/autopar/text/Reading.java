package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.ir.graph.Graph;
import java.util.List;
import java.util.Optional;

/** A read model with warnings, or no model with at least one error. */
public record Reading(Optional<Graph> graph, List<Diagnostic> diagnostics) {
  public Reading {
    diagnostics = List.copyOf(diagnostics);
  }
}
