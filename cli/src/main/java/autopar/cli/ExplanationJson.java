package autopar.cli;

import autopar.explain.Alternative;
import autopar.explain.Binding;
import autopar.explain.Compared;
import autopar.explain.DecisionReport;
import autopar.explain.Explanation;
import autopar.explain.Layout;
import autopar.explain.Part;
import autopar.explain.Sensitivity;
import autopar.explain.StepParts;
import autopar.plan.Plan;
import autopar.planner.PlanOutcome;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/** An explanation for programs; every number as the planner has it. */
final class ExplanationJson {
  private final JsonGenerator json;

  private ExplanationJson(JsonGenerator json) {
    this.json = json;
  }

  static void write(JsonGenerator json, Explanation explanation) throws IOException {
    ExplanationJson writer = new ExplanationJson(json);
    writer.plan("plan", explanation.plan());
    writer.parts("parts_s", explanation.parts());
    json.writeArrayFieldStart("decisions");
    for (DecisionReport report : explanation.decisions()) {
      writer.decision(report);
    }
    json.writeEndArray();
    writer.binding(explanation.binding());
    json.writeArrayFieldStart("sensitivity");
    for (Sensitivity s : explanation.sensitivities()) {
      json.writeStartObject();
      json.writeStringField("key", s.key());
      json.writeStringField("change", s.change());
      if (explanation.keepable()) {
        writer.outcome("kept", s.kept());
      }
      writer.outcome("replanned", s.replanned());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  /** What {@code options} give beside the plan of {@code compared}. */
  static void write(JsonGenerator json, Compared compared) throws IOException {
    ExplanationJson writer = new ExplanationJson(json);
    writer.plan("plan", compared.chosen());
    writer.plan("alternative", compared.other());
    json.writeStringField("options", compared.options());
    json.writeNumberField("difference_s", compared.seconds());
    json.writeStringField("cause", compared.cause());
    writer.parts("plan_parts_s", StepParts.of(compared.chosen()));
    writer.parts("alternative_parts_s", StepParts.of(compared.other()));
    writer.parts("difference_parts_s", compared.difference());
  }

  /** An outcome as an object called {@code key}. */
  static void writeOutcome(JsonGenerator json, String key, PlanOutcome outcome) throws IOException {
    new ExplanationJson(json).outcome(key, outcome);
  }

  private void plan(String key, Plan plan) throws IOException {
    json.writeObjectFieldStart(key);
    planFields(plan);
    json.writeEndObject();
  }

  private void planFields(Plan plan) throws IOException {
    json.writeStringField("layout", Layout.of(plan).words());
    json.writeNumberField("micro_batch", plan.microBatch());
    json.writeNumberField("step_s", plan.predicted().stepSeconds());
    json.writeNumberField("samples_per_s", plan.predicted().samplesPerSecond());
    json.writeNumberField("peak_memory_bytes", plan.predicted().peakMemoryBytes());
  }

  private void outcome(String key, PlanOutcome outcome) throws IOException {
    json.writeObjectFieldStart(key);
    outcomeFields(outcome);
    json.writeEndObject();
  }

  private void outcomeFields(PlanOutcome outcome) throws IOException {
    switch (outcome) {
      case PlanOutcome.Planned planned -> {
        json.writeBooleanField("fits", true);
        planFields(planned.plan());
      }
      case PlanOutcome.NoPlan none -> {
        json.writeBooleanField("fits", false);
        json.writeNumberField("missing_bytes", none.missingBytes());
        json.writeArrayFieldStart("reasons");
        for (String reason : none.reasons()) {
          json.writeString(reason);
        }
        json.writeEndArray();
      }
    }
  }

  private void parts(String key, StepParts parts) throws IOException {
    json.writeObjectFieldStart(key);
    for (Part part : Part.values()) {
      json.writeNumberField(part.key(), parts.of(part));
    }
    json.writeEndObject();
  }

  private void decision(DecisionReport report) throws IOException {
    json.writeStartObject();
    json.writeStringField("decision", report.decision().key());
    json.writeStringField("chosen", report.chosen());
    json.writeBooleanField("forced", report.forced());
    if (report.runnerUp().isPresent()) {
      Compared runnerUp = report.runnerUp().get();
      json.writeObjectFieldStart("runner_up");
      json.writeStringField("options", runnerUp.options());
      planFields(runnerUp.other());
      json.writeNumberField("difference_s", runnerUp.seconds());
      json.writeStringField("cause", runnerUp.cause());
      parts("difference_parts_s", runnerUp.difference());
      json.writeEndObject();
    } else {
      json.writeNullField("runner_up");
    }
    json.writeArrayFieldStart("tried");
    for (Alternative alternative : report.tried()) {
      json.writeStartObject();
      json.writeStringField("options", alternative.options());
      json.writeBooleanField("rest_kept", alternative.kept());
      outcomeFields(alternative.outcome());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }

  private void binding(Binding binding) throws IOException {
    json.writeObjectFieldStart("binding");
    json.writeNumberField("fullest_stage", binding.fullestStage());
    json.writeNumberField("free_bytes", binding.freeBytes());
    json.writeNumberField("slowest_stage", binding.slowestStage());
    json.writeNumberField("slowest_busy_s", binding.slowestSeconds());
    json.writeArrayFieldStart("stages");
    for (Binding.StageUse use : binding.stages()) {
      json.writeStartObject();
      json.writeNumberField("stage", use.stage());
      json.writeNumberField("compute_s", use.computeSeconds());
      json.writeNumberField("exposed_collectives_s", use.collectiveSeconds());
      json.writeNumberField("busy_s", use.busySeconds());
      json.writeStringField("link", use.link());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayFieldStart("links");
    for (Binding.LinkUse link : binding.links()) {
      json.writeStartObject();
      json.writeNumberField("from", link.from());
      json.writeNumberField("to", link.to());
      json.writeStringField("link", link.link());
      json.writeNumberField("transfers_s", link.seconds());
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
