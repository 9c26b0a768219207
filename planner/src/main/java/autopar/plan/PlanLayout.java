package autopar.plan;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import java.io.IOException;

/** Lays out plan.json for people: a line for each top-level key, and for each stage and tensor. */
final class PlanLayout extends MinimalPrettyPrinter {
  private static final long serialVersionUID = 1L;

  /** Inside the root object. */
  private static final int ROOT = 1;

  /** Inside the value of a top-level key. */
  private static final int TOP_VALUE = 2;

  private int depth;

  /** True inside a top-level array; its elements get lines of their own once one is an object. */
  private boolean inTopArray;

  private boolean elementsOnLines;

  @Override
  public void writeStartObject(JsonGenerator out) throws IOException {
    if (depth == TOP_VALUE && inTopArray && !elementsOnLines) {
      elementsOnLines = true;
      newLine(out);
    }
    depth++;
    out.writeRaw('{');
  }

  @Override
  public void beforeObjectEntries(JsonGenerator out) throws IOException {
    if (depth == ROOT) {
      newLine(out);
    }
  }

  @Override
  public void writeObjectEntrySeparator(JsonGenerator out) throws IOException {
    separate(out, depth == ROOT);
  }

  @Override
  public void writeObjectFieldValueSeparator(JsonGenerator out) throws IOException {
    out.writeRaw(": ");
  }

  @Override
  public void writeEndObject(JsonGenerator out, int entries) throws IOException {
    depth--;
    if (depth == 0) {
      newLine(out);
    }
    out.writeRaw('}');
  }

  @Override
  public void writeStartArray(JsonGenerator out) throws IOException {
    depth++;
    inTopArray |= depth == TOP_VALUE;
    out.writeRaw('[');
  }

  @Override
  public void beforeArrayValues(JsonGenerator out) {}

  @Override
  public void writeArrayValueSeparator(JsonGenerator out) throws IOException {
    separate(out, depth == TOP_VALUE && elementsOnLines);
  }

  @Override
  public void writeEndArray(JsonGenerator out, int values) throws IOException {
    depth--;
    if (depth == ROOT) {
      if (elementsOnLines) {
        newLine(out);
      }
      inTopArray = false;
      elementsOnLines = false;
    }
    out.writeRaw(']');
  }

  private void separate(JsonGenerator out, boolean onLines) throws IOException {
    out.writeRaw(',');
    if (onLines) {
      newLine(out);
    } else {
      out.writeRaw(' ');
    }
  }

  private void newLine(JsonGenerator out) throws IOException {
    out.writeRaw('\n');
    for (int i = 0; i < depth; i++) {
      out.writeRaw("  ");
    }
  }
}
