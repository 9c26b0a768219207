package autopar.text;

import autopar.diagnostics.Diagnostics;
import autopar.diagnostics.SourceSpan;
import autopar.text.BodyBuilder.Step;
import java.util.List;

/** Whether training changes anything: some parameter that is not frozen reaches the loss. */
record TrainableLoss(BodyBuilder builder, int loss, SourceSpan span, Diagnostics diagnostics) {

  /** Reports a loss that depends on nothing trainable. */
  void check() {
    boolean[] live = FinishBody.live(builder, List.of(loss));
    boolean outside = builder.parameters().stream().anyMatch(p -> !p.frozen() && live[p.slot()]);
    boolean inside =
        builder.steps().stream()
            .anyMatch(s ->
                s instanceof Step.Instances i
                    && FinishBody.runs(s, live)
                    && i.block().body().parameters().stream().anyMatch(p -> !p.frozen()));
    if (!outside && !inside) {
      diagnostics.error("AP0503", span, "the loss depends on no parameter that can be trained");
    }
  }
}
