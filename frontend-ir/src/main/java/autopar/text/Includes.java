package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.InvalidInput;
import autopar.diagnostics.RunFailure;
import autopar.diagnostics.SourceFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Reads a file and, in place, every file it includes; each file counts once. */
final class Includes {

  private final IncludeResolver resolver;
  private final Diagnostics diagnostics;
  private final List<Statement> statements = new ArrayList<>();
  private final Set<String> perhapsDeclared = new LinkedHashSet<>();
  private final Set<String> done = new HashSet<>();
  private final List<String> open = new ArrayList<>();

  private Includes(IncludeResolver resolver, Diagnostics diagnostics) {
    this.resolver = resolver;
    this.diagnostics = diagnostics;
  }

  /** The statements of {@code file} with those of its includes where they are included. */
  static SyntaxReader.Syntax read(
      SourceFile file, IncludeResolver resolver, Diagnostics diagnostics) {
    Includes includes = new Includes(resolver, diagnostics);
    includes.read(file);
    return new SyntaxReader.Syntax(List.copyOf(includes.statements), includes.perhapsDeclared);
  }

  private void read(SourceFile file) {
    done.add(file.name());
    open.add(file.name());
    SyntaxReader.Syntax syntax = SyntaxReader.read(file, diagnostics);
    perhapsDeclared.addAll(syntax.perhapsDeclared());
    for (Statement s : syntax.statements()) {
      if (s instanceof Statement.Include include) {
        include(file, include);
      } else {
        statements.add(s);
      }
    }
    open.removeLast();
  }

  private void include(SourceFile from, Statement.Include include) {
    if (open.size() >= SyntaxReader.MAX_NESTING) {
      diagnostics.error(
          "AP0104",
          include.span(),
          "files include each other deeper than " + SyntaxReader.MAX_NESTING + " levels");
      return;
    }
    SourceFile file;
    try {
      file = resolver.resolve(from, include.path());
      SourceText.check(file);
    } catch (RunFailure missing) {
      Diagnostic d =
          Diagnostic.error(
              "AP0606",
              include.span(),
              "cannot include '" + include.path() + "': " + missing.getMessage());
      diagnostics.add(missing.hint().map(d::withHint).orElse(d));
      return;
    } catch (InvalidInput wrong) {
      wrong.diagnostics().stream()
          .map(d -> d.withNote(include.span(), "included here"))
          .forEach(diagnostics::add);
      return;
    }
    if (open.contains(file.name())) {
      String path =
          open.subList(open.indexOf(file.name()), open.size()).stream()
              .collect(Collectors.joining(" -> "));
      diagnostics.error(
          "AP0505",
          include.span(),
          "'" + file.name() + "' includes itself: " + path + " -> " + file.name());
    } else if (!done.contains(file.name())) {
      read(file);
    }
  }
}
