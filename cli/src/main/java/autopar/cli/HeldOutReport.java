package autopar.cli;

import autopar.validation.CommonProfile;
import autopar.validation.CrossValidation;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.Locale;

/** What cross-validation says: errors on sources that were not fitted to. */
final class HeldOutReport {

  private HeldOutReport() {}

  static void print(PrintWriter out, CrossValidation held) {
    out.printf(
        "  %-60s %5s %7s %7s  %s%n",
        "source held out", "rows", "median", "mean", "fitted to the others");
    for (CrossValidation.Fold fold : held.folds()) {
      CommonProfile p = fold.fitted();
      out.printf(
          Locale.ROOT,
          "  %-60s %5d %6.1f%% %6.1f%%  gemm %.2f, stream %.2f, attention %.2f, collective %.2f,"
              + " layer %.1f ms%n",
          fold.source().length() > 60 ? fold.source().substring(0, 60) : fold.source(),
          fold.rows(),
          100 * fold.median(),
          100 * fold.mean(),
          p.gemm(),
          p.stream(),
          p.attention(),
          p.collective(),
          1e3 * p.layerSeconds());
    }
  }

  static void write(JsonGenerator json, CrossValidation held) throws IOException {
    json.writeArrayFieldStart("held_out");
    for (CrossValidation.Fold fold : held.folds()) {
      CommonProfile p = fold.fitted();
      json.writeStartObject();
      json.writeStringField("source", fold.source());
      json.writeNumberField("rows", fold.rows());
      json.writeNumberField("median_abs_error", fold.median());
      json.writeNumberField("mean_abs_error", fold.mean());
      json.writeNumberField("gemm", p.gemm());
      json.writeNumberField("stream", p.stream());
      json.writeNumberField("attention", p.attention());
      json.writeNumberField("collective", p.collective());
      json.writeNumberField("layer_s", p.layerSeconds());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
