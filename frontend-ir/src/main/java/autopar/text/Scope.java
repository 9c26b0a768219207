package autopar.text;

import autopar.diagnostics.Diagnostic;
import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The values that a body can name, and which of them it did name. */
final class Scope {

  /** What declares a value. */
  enum Kind {
    INPUT("input"),
    ARGUMENT("argument"),
    PARAMETER("parameter"),
    LET("value");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  /** A declared value. */
  static final class Entry {
    private final Kind kind;
    private final Name name;
    private final Term term;
    private boolean used;

    private Entry(Kind kind, Name name, Term term) {
      this.kind = kind;
      this.name = name;
      this.term = term;
    }

    Kind kind() {
      return kind;
    }

    Name name() {
      return name;
    }

    Term term() {
      return term;
    }

    boolean used() {
      return used;
    }
  }

  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private boolean unknownNames;
  private final Dims dims;
  private final Diagnostics diagnostics;

  Scope(Dims dims, Diagnostics diagnostics) {
    this.dims = dims;
    this.diagnostics = diagnostics;
  }

  /** Reports a name that is taken; returns whether it was free. */
  boolean free(Name name) {
    Entry first = entries.get(name.text());
    if (first != null) {
      duplicate(name, first.kind.word, first.name.span());
      return false;
    }
    if (dims.isDim(name.text())) {
      duplicate(name, "dim", dims.declaration(name.text()).orElse(SourceSpan.NONE));
      return false;
    }
    return true;
  }

  private void duplicate(Name name, String what, SourceSpan first) {
    diagnostics.add(
        Diagnostic.error("AP0302", name.span(), "'" + name.text() + "' is declared twice")
            .withNote(
                first,
                "first declared here, as "
                    + (what.startsWith("i") || what.startsWith("a") ? "an " : "a ")
                    + what));
  }

  /** Declares a name that is free. */
  void declare(Kind kind, Name name, Term term) {
    entries.put(name.text(), new Entry(kind, name, term));
  }

  /** True when an unknown name was asked for, which may be a wrong spelling of an unused one. */
  boolean unknownNames() {
    return unknownNames;
  }

  /** Notes that a name is unknown. */
  void unknown() {
    unknownNames = true;
  }

  /** The value called {@code name}, now used, or null. */
  Entry use(String name) {
    Entry entry = entries.get(name);
    if (entry != null) {
      entry.used = true;
    }
    return entry;
  }

  List<Entry> entries() {
    return List.copyOf(entries.values());
  }

  Set<String> names() {
    return entries.keySet();
  }

  /** The names that some statements declare. */
  static Set<String> declaredBy(List<Statement> statements) {
    Set<String> names = new LinkedHashSet<>();
    for (Statement s : statements) {
      names.addAll(declared(s).stream().map(Name::text).toList());
    }
    return names;
  }

  private static List<Name> declared(Statement statement) {
    return switch (statement) {
      case Statement.Input i -> i.names();
      case Statement.Param p -> p.names();
      case Statement.Let l -> l.names();
      case Statement.ModelName m -> List.of();
      case Statement.Dim d -> List.of();
      case Statement.Block b -> List.of();
      case Statement.Return r -> List.of();
      case Statement.Loss l -> List.of();
      case Statement.Output o -> List.of();
      case Statement.Pin p -> List.of();
      case Statement.Include i -> List.of();
    };
  }
}
