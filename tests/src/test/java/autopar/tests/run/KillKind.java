package autopar.tests.run;

/** Who is killed. */
enum KillKind {
  /** One rank, at any moment of a step. */
  RANK,
  /** The command, mpirun and all ranks, while they write a checkpoint. */
  JOB
}
