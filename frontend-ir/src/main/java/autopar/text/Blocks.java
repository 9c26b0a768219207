package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The blocks of a model. Each is read once, when it is first called or at the end, so that a block
 * may stand anywhere in the file.
 */
final class Blocks {

  private final Map<String, Statement.Block> declared = new LinkedHashMap<>();
  private final Map<String, Optional<BlockBody>> read = new LinkedHashMap<>();
  private final List<String> reading = new ArrayList<>();
  private final Set<String> called = new HashSet<>();
  private final Set<String> modelValues;
  private final Diagnostics diagnostics;

  /**
   * @param modelValues names of the values that the model declares outside of blocks
   */
  Blocks(Set<String> modelValues, Diagnostics diagnostics) {
    this.modelValues = modelValues;
    this.diagnostics = diagnostics;
  }

  void declare(Statement.Block block) {
    Name name = block.name();
    Statement.Block first = declared.get(name.text());
    if (first != null) {
      diagnostics.add(
          Diagnostic.error("AP0302", name.span(), "block '" + name.text() + "' is declared twice")
              .withNote(first.name().span(), "first declared here"));
    } else if (OpSyntax.names().contains(name.text()) || name.text().equals("einsum")) {
      diagnostics.error("AP0302", name.span(), "'" + name.text() + "' is the name of an operation");
    } else {
      declared.put(name.text(), block);
    }
  }

  boolean isBlock(String name) {
    return declared.containsKey(name);
  }

  boolean isModelValue(String name) {
    return modelValues.contains(name);
  }

  Collection<String> names() {
    return declared.keySet();
  }

  /** The body of the block that {@code caller} names; empty when something in it is wrong. */
  Optional<BlockBody> body(Context context, Name caller) {
    called.add(caller.text());
    Optional<BlockBody> done = read.get(caller.text());
    if (done != null) {
      return done;
    }
    if (reading.contains(caller.text())) {
      // A block whose closing brace is missing seems to hold the rest of the file.
      if (context.forgiven().isEmpty()) {
        recursion(caller);
      }
      return Optional.empty();
    }
    if (reading.size() >= SyntaxReader.MAX_NESTING) {
      diagnostics.error(
          "AP0104",
          caller.span(),
          "blocks call each other deeper than " + SyntaxReader.MAX_NESTING + " levels");
      return Optional.empty();
    }
    reading.add(caller.text());
    Optional<BlockBody> body = new ReadBlock(context).read(declared.get(caller.text()));
    reading.removeLast();
    read.put(caller.text(), body);
    return body;
  }

  private void recursion(Name caller) {
    List<String> cycle = reading.subList(reading.indexOf(caller.text()), reading.size());
    String path = String.join(" -> ", cycle) + " -> " + caller.text();
    diagnostics.add(
        Diagnostic.error(
                "AP0502", caller.span(), "block '" + caller.text() + "' calls itself: " + path)
            .withNote(
                declared.get(caller.text()).name().span(),
                "'" + caller.text() + "' is declared here")
            .withHint("repeat N " + caller.text() + "(x) applies a block N times"));
  }

  /** Reads the blocks that nobody called, and says so. */
  void readRest(Context context) {
    for (Statement.Block block : List.copyOf(declared.values())) {
      if (!called.contains(block.name().text())) {
        body(context, block.name());
        called.remove(block.name().text());
      }
    }
    // A call that is wrong in some other way may not have got as far as its block.
    if (diagnostics.hasErrors()) {
      return;
    }
    for (Statement.Block block : declared.values()) {
      SourceSpan span = block.name().span();
      if (!called.contains(block.name().text())) {
        diagnostics.warning("AP0510", span, "block '" + block.name().text() + "' is never called");
      }
    }
  }
}
