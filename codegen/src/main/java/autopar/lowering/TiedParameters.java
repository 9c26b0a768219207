package autopar.lowering;

import autopar.program.ParameterSlot;
import autopar.program.Transfer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The transfers by which stages that hold one parameter sum its gradients: all send theirs to the
 * last of them, which adds them up in the order of the stages and sends the sum back.
 */
final class TiedParameters {

  /** The transfers of one holder that is not the owner. */
  private record Exchange(Transfer there, Transfer back) {}

  private final Map<String, Integer> owners = new HashMap<>();
  private final Map<String, Map<Integer, Exchange>> exchanges = new HashMap<>();

  TiedParameters(List<Parameters> stages, List<StageWriter> writers, Transfers transfers) {
    Map<String, List<Integer>> holders = new LinkedHashMap<>();
    for (int s = 0; s < stages.size(); s++) {
      for (ParameterSlot slot : stages.get(s).slots()) {
        if (slot.trained()) {
          holders.computeIfAbsent(slot.name(), n -> new ArrayList<>()).add(s);
        }
      }
    }
    holders.forEach((name, held) -> {
      if (held.size() > 1) {
        int owner = held.getLast();
        owners.put(name, owner);
        Map<Integer, Exchange> own = new LinkedHashMap<>();
        for (int s : held.subList(0, held.size() - 1)) {
          own.put(s, exchange(name, s, owner, stages, writers, transfers));
        }
        exchanges.put(name, own);
      }
    });
  }

  private static Exchange exchange(
      String name,
      int holder,
      int owner,
      List<Parameters> stages,
      List<StageWriter> writers,
      Transfers transfers) {
    ParameterSlot here = stages.get(holder).slot(name);
    ParameterSlot there = stages.get(owner).slot(name);
    var layout = stages.get(holder).updateLayout(here);
    var other = stages.get(owner).updateLayout(there);
    var dtype = writers.get(owner).buffer(there.gradient().getAsInt()).dtype();
    String label = "grad(" + name + ")";
    return new Exchange(
        transfers.add(label, here.type(), dtype, holder, layout, owner, other),
        transfers.add(label, here.type(), dtype, owner, other, holder, layout));
  }

  boolean isShared(String name) {
    return owners.containsKey(name);
  }

  /** What {@code stage} sends to the owner. */
  Optional<Transfer> toOwner(String name, int stage) {
    return Optional.ofNullable(exchanges.get(name).get(stage)).map(Exchange::there);
  }

  /** What arrives at {@code stage} if it is the owner. */
  List<Transfer> atOwner(String name, int stage) {
    return owners.get(name) != stage
        ? List.of()
        : exchanges.get(name).values().stream().map(Exchange::there).toList();
  }

  /** What {@code stage} sends back if it is the owner. */
  List<Transfer> fromOwner(String name, int stage) {
    return owners.get(name) != stage
        ? List.of()
        : exchanges.get(name).values().stream().map(Exchange::back).toList();
  }

  /** What comes back to {@code stage}. */
  Optional<Transfer> backAt(String name, int stage) {
    return Optional.ofNullable(exchanges.get(name).get(stage)).map(Exchange::back);
  }
}
