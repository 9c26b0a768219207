package autopar.runtime.rank;

import autopar.diagnostics.CompilerBug;
import autopar.program.StageProgram;
import autopar.runtime.kernel.FloatKernels;

/** What a rank consists of. */
record RankParts(
    RankExecutor.Run run,
    StageProgram program,
    int position,
    int[] coordinates,
    LocalMemory memory,
    Collectives collectives,
    FloatKernels kernels,
    OptimizerStep optimizer,
    Messages messages,
    Placements placements,
    Traffic traffic) {

  /** The rank that {@code transport} is the end of. */
  static RankParts of(RankExecutor.Run run, Transport transport, FloatKernels kernels) {
    int stage = run.bundle().stageOf(transport.rank());
    if (stage < 0) {
      throw new CompilerBug("RankExecutor", "rank " + transport.rank(), "it belongs to no stage");
    }
    StageProgram program = run.bundle().stages().get(stage);
    int position = program.mesh().ranks().indexOf(transport.rank());
    int[] coordinates = program.mesh().coordinates(position);
    LocalMemory memory = new LocalMemory(program);
    Traffic traffic = new Traffic();
    return new RankParts(
        run,
        program,
        position,
        coordinates,
        memory,
        new Collectives(program, memory, transport, position),
        kernels,
        new OptimizerStep(run.bundle().optimizer(), run.settings()),
        new Messages(run.bundle(), program, transport, traffic),
        new Placements(run, program.mesh().sizes(), coordinates),
        traffic);
  }
}
