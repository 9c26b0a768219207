package autopar.cli;

import autopar.explain.Explainer;
import autopar.explain.Explanation;
import autopar.explain.Subject;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "explain", mixinStandardHelpOptions = true, sortOptions = false)
final class ExplainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;
  @Mixin private OutputOptions output;

  @Parameters(index = "0", paramLabel = "PLAN|MODEL")
  private String subject;

  @Override
  public Integer call() {
    Subject s = StoredPlan.read(subject, Map.of()).subject(2);
    PrintWriter err = spec.commandLine().getErr();
    Explanation e = Explainer.explain(s, (done, total) -> {});
    PrintWriter out = spec.commandLine().getOut();
    if (output.json()) {
      Json.print(out, json -> ExplanationJson.write(json, e));
    } else {
      out.print(ExplanationText.of(e, Terminal.out()));
    }
    out.flush();
    return 0;
  }
}
