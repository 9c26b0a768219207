package autopar.solver.certificate;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.zip.GZIPOutputStream;

/**
 * Writes a proof step by step: {@code {"format": "autopar-proof", "version": 1, "bound", "steps":
 * [["fix", 3], ...]}}, compressed where the name ends with {@code .gz}. A step is a list: its name,
 * then the parts of its record in order.
 */
public final class ProofFile implements Consumer<ProofStep>, Closeable {
  private final JsonGenerator json;

  /** Begins a proof of {@code bound}. */
  public ProofFile(Path file, long bound) throws IOException {
    OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16);
    json =
        new JsonFactory()
            .createGenerator(
                file.toString().endsWith(".gz") ? new GZIPOutputStream(out, 1 << 16) : out);
    json.writeStartObject();
    json.writeStringField("format", "autopar-proof");
    json.writeNumberField("version", 1);
    json.writeNumberField("bound", bound);
    json.writeArrayFieldStart("steps");
  }

  @Override
  public void accept(ProofStep step) {
    try {
      json.writeStartArray();
      switch (step) {
        case ProofStep.Drop drop -> {
          named("drop", drop.node());
          json.writeArray(drop.strategies(), 0, drop.strategies().length);
          json.writeArray(drop.instead(), 0, drop.instead().length);
        }
        case ProofStep.Fix fix -> named("fix", fix.node());
        case ProofStep.Eliminate eliminate -> named("eliminate", eliminate.node());
        case ProofStep.Contract contract -> named("contract", contract.node(), contract.gone());
        case ProofStep.Separate separate -> named("separate", separate.first(), separate.second());
        case ProofStep.Rows rows -> {
          named("rows");
          json.writeArray(rows.times(), 0, rows.times().length);
        }
        case ProofStep.Weigh weigh -> weigh(weigh);
        case ProofStep.Finish finish -> named("finish");
        case ProofStep.Branch branch -> named("branch", branch.node());
      }
      json.writeEndArray();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private void named(String name, int... numbers) throws IOException {
    json.writeString(name);
    for (int number : numbers) {
      json.writeNumber(number);
    }
  }

  private void weigh(ProofStep.Weigh weigh) throws IOException {
    named("weigh");
    json.writeArray(weigh.times(), 0, weigh.times().length);
    json.writeArray(weigh.prices(), 0, weigh.prices().length);
    json.writeStartArray();
    for (long[][] edge : weigh.potentials()) {
      json.writeStartArray();
      for (long[] end : edge) {
        json.writeArray(end, 0, end.length);
      }
      json.writeEndArray();
    }
    json.writeEndArray();
  }

  @Override
  public void close() throws IOException {
    json.close();
  }
}
