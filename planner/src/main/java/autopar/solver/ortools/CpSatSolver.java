package autopar.solver.ortools;

import autopar.solver.IntraOpProblem;
import autopar.solver.IntraOpSolution;
import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.google.ortools.sat.Literal;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * A second engine for small problems, to check the first against: the problem as a model of CP-SAT.
 *
 * <p>Variables are {@code pick[node]{strategy}}, exactly one true per node, and one per allowed
 * cell of an edge; the cells of a strategy sum up to it. At each time at which a node is born the
 * usages of the nodes alive fit the limit.
 */
public final class CpSatSolver {
  private CpSatSolver() {}

  /** Solves {@code problem} on one thread within {@code seconds}. */
  public static IntraOpSolution solve(IntraOpProblem problem, double seconds) {
    Loader.loadNativeLibraries();
    CpModel model = new CpModel();
    BoolVar[][] pick = new BoolVar[problem.nodeCount()][];
    LinearExprBuilder cost = LinearExpr.newBuilder();
    for (int v = 0; v < pick.length; v++) {
      pick[v] = new BoolVar[problem.strategyCount(v)];
      for (int s = 0; s < pick[v].length; s++) {
        pick[v][s] = model.newBoolVar(problem.describe(v, s));
        if (problem.cost(v, s) >= IntraOpProblem.FORBIDDEN) {
          model.addEquality(pick[v][s], 0);
        } else {
          cost.addTerm(pick[v][s], problem.cost(v, s));
        }
      }
      model.addExactlyOne(pick[v]);
    }
    for (int e = 0; e < problem.edgeCount(); e++) {
      addEdge(problem, e, pick, model, cost);
    }
    addLimit(problem, pick, model);
    model.minimize(cost);
    CpSolver solver = new CpSolver();
    solver.getParameters().setMaxTimeInSeconds(seconds).setNumWorkers(1);
    return answer(problem, pick, solver, solver.solve(model));
  }

  private static IntraOpSolution answer(
      IntraOpProblem problem, BoolVar[][] pick, CpSolver solver, CpSolverStatus status) {
    if (status == CpSolverStatus.INFEASIBLE) {
      return new IntraOpSolution.Infeasible("CP-SAT proved that there is no choice");
    }
    long bound = (long) Math.ceil(solver.bestObjectiveBound() - 1e-6);
    if (status != CpSolverStatus.OPTIMAL && status != CpSolverStatus.FEASIBLE) {
      return new IntraOpSolution.Unknown(bound);
    }
    int[] choice = new int[problem.nodeCount()];
    for (int v = 0; v < choice.length; v++) {
      while (!solver.booleanValue(pick[v][choice[v]])) {
        choice[v]++;
      }
    }
    long cost = Math.round(solver.objectiveValue());
    boolean optimal = status == CpSolverStatus.OPTIMAL;
    return new IntraOpSolution.Solved(
        choice, cost, optimal ? cost : Math.min(bound, cost), optimal);
  }

  private static void addEdge(
      IntraOpProblem problem, int e, BoolVar[][] pick, CpModel model, LinearExprBuilder cost) {
    int arity = problem.arity(e);
    List<List<List<Literal>>> cellsOf = new ArrayList<>();
    for (int k = 0; k < arity; k++) {
      List<List<Literal>> ofEnd = new ArrayList<>();
      for (int s = 0; s < problem.strategyCount(problem.edgeNode(e, k)); s++) {
        ofEnd.add(new ArrayList<>());
      }
      cellsOf.add(ofEnd);
    }
    for (int c = 0; c < problem.cellCount(e); c++) {
      if (problem.edgeCost(e, c) < IntraOpProblem.FORBIDDEN) {
        BoolVar cell = model.newBoolVar("cell[" + e + "]{" + c + "}");
        cost.addTerm(cell, problem.edgeCost(e, c));
        for (int k = arity - 1, index = c; k >= 0; k--) {
          int count = cellsOf.get(k).size();
          cellsOf.get(k).get(index % count).add(cell);
          index /= count;
        }
      }
    }
    for (int k = 0; k < arity; k++) {
      BoolVar[] strategies = pick[problem.edgeNode(e, k)];
      for (int s = 0; s < strategies.length; s++) {
        Literal[] cells = cellsOf.get(k).get(s).toArray(Literal[]::new);
        model.addEquality(LinearExpr.sum(cells), strategies[s]);
      }
    }
  }

  private static void addLimit(IntraOpProblem problem, BoolVar[][] pick, CpModel model) {
    if (problem.usageLimit().isEmpty()) {
      return;
    }
    TreeSet<Integer> births = new TreeSet<>();
    for (int v = 0; v < pick.length; v++) {
      births.add(problem.start(v));
    }
    for (int time : births) {
      LinearExprBuilder usage = LinearExpr.newBuilder();
      for (int v = 0; v < pick.length; v++) {
        if (problem.start(v) <= time && time < problem.end(v)) {
          for (int s = 0; s < pick[v].length; s++) {
            usage.addTerm(pick[v][s], problem.usage(v, s));
          }
        }
      }
      model.addLessOrEqual(usage, problem.usageLimit().getAsLong());
    }
  }
}
