package autopar.solver.certificate;

import autopar.solver.certificate.ProofNode.Use;

/**
 * When a strategy is not needed: no allowed choice has it, or another one is never worse
 * (Goldstein's criterion, with usage).
 */
final class Dispensable {
  private Dispensable() {}

  /** Whether no choice that is allowed and fits has strategy s. */
  static boolean isImpossible(ProofState state, int v, int s) {
    ProofNode node = state.node(v);
    if (node.costs[s] == ProofState.NEVER) {
      return true;
    }
    for (int u : node.tables.keySet()) {
      boolean partner = false;
      for (int t = 0; t < state.node(u).size() && !partner; t++) {
        partner = state.cell(v, s, u, t) != ProofState.NEVER;
      }
      if (!partner) {
        return true;
      }
    }
    if (node.uses.isEmpty()) {
      return false;
    }
    long[] slack = state.rows().slack();
    for (Use use : node.uses) {
      for (int r = use.from(); r < use.to(); r++) {
        if (use.amount()[s] > slack[r]) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether t is never dearer than s, whatever the neighbours have, and never uses more. */
  static boolean dominates(ProofState state, int v, int t, int s) {
    ProofNode node = state.node(v);
    for (Use use : node.uses) {
      if (use.amount()[t] > use.amount()[s]) {
        return false;
      }
    }
    if (node.costs[t] == ProofState.NEVER) {
      return false;
    }
    if (node.costs[s] == ProofState.NEVER) {
      return true;
    }
    long dearer = Math.subtractExact(node.costs[t], node.costs[s]);
    for (int u : node.tables.keySet()) {
      long worst = Long.MIN_VALUE;
      for (int o = 0; o < state.node(u).size(); o++) {
        long ofS = state.cell(v, s, u, o);
        if (ofS != ProofState.NEVER) {
          long ofT = state.cell(v, t, u, o);
          if (ofT == ProofState.NEVER) {
            return false;
          }
          worst = Math.max(worst, Math.subtractExact(ofT, ofS));
        }
      }
      if (worst == Long.MIN_VALUE) {
        return true;
      }
      dearer = Math.addExact(dearer, worst);
    }
    return dearer <= 0;
  }
}
