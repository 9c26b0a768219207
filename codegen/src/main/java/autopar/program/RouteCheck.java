package autopar.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The part of X7 about messages: every receiving rank gets its block exactly once, in pieces from
 * ranks that hold them or whole from a rank beside it that does; on one host no two ranks take a
 * block in pieces, so that no byte enters a host twice.
 *
 * @param held block by sending rank
 * @param wanted block by receiving rank
 * @param hosts the host of each rank
 */
record RouteCheck(Map<Integer, Box> held, Map<Integer, Box> wanted, List<Integer> hosts) {

  /** The check of {@code transfer} when {@code batch} samples are under way. */
  static RouteCheck of(ProgramBundle bundle, Transfer transfer, long batch) {
    return new RouteCheck(
        boxes(transfer, transfer.source(), bundle.stages().get(transfer.fromStage()), batch),
        boxes(transfer, transfer.target(), bundle.stages().get(transfer.toStage()), batch),
        bundle.hosts());
  }

  private static Map<Integer, Box> boxes(
      Transfer transfer, Layout layout, StageProgram stage, long batch) {
    Map<Integer, Box> boxes = new LinkedHashMap<>();
    int[] sizes = stage.mesh().sizes();
    for (int p = 0; p < stage.mesh().ranks().size(); p++) {
      Box box = layout.box(transfer.type(), batch, sizes, stage.mesh().coordinates(p));
      boxes.put(stage.mesh().ranks().get(p), box);
    }
    return boxes;
  }

  /** What is wrong with {@code route}. */
  Optional<String> wrong(TransferRoute route) {
    Map<Integer, List<Box>> pieces = new HashMap<>();
    for (Message message : route.direct()) {
      Box source = held.get(message.from());
      Box target = wanted.get(message.to());
      if (source == null || target == null) {
        return Optional.of(message + " joins ranks that have no part in it");
      }
      if (message.box().isEmpty() || !source.holds(message.box()) || !target.holds(message.box())) {
        return Optional.of(message + " is not part of the blocks of its ends");
      }
      pieces.computeIfAbsent(message.to(), r -> new ArrayList<>()).add(message.box());
    }
    Set<Integer> whole = new HashSet<>();
    for (Message message : route.spread()) {
      Box target = wanted.get(message.to());
      boolean sound =
          target != null
              && target.equals(message.box())
              && target.equals(wanted.get(message.from()))
              && pieces.containsKey(message.from())
              && hosts.get(message.from()).equals(hosts.get(message.to()));
      if (!sound || pieces.containsKey(message.to()) || !whole.add(message.to())) {
        return Optional.of(message + " does not hand a block on to a rank beside it, once");
      }
    }
    return covered(pieces, whole).or(() -> entersTwice(pieces));
  }

  private Optional<String> covered(Map<Integer, List<Box>> pieces, Set<Integer> whole) {
    for (Map.Entry<Integer, Box> receiver : wanted.entrySet()) {
      List<Box> own = pieces.getOrDefault(receiver.getKey(), List.of());
      long elements = own.stream().mapToLong(Box::elements).sum();
      boolean all =
          whole.contains(receiver.getKey())
              || (elements == receiver.getValue().elements() && disjoint(own));
      if (!all) {
        return Optional.of("rank " + receiver.getKey() + " does not get its block exactly once");
      }
    }
    return Optional.empty();
  }

  private static boolean disjoint(List<Box> boxes) {
    for (int i = 0; i < boxes.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (boxes.get(i).meets(boxes.get(j))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Blocks of one layout are equal or disjoint, so it is enough that they differ. */
  private Optional<String> entersTwice(Map<Integer, List<Box>> pieces) {
    Map<Integer, Set<Box>> byHost = new HashMap<>();
    for (Map.Entry<Integer, Box> receiver : wanted.entrySet()) {
      int rank = receiver.getKey();
      boolean elected = pieces.containsKey(rank);
      if (elected
          && !byHost
              .computeIfAbsent(hosts.get(rank), h -> new HashSet<>())
              .add(receiver.getValue())) {
        return Optional.of("the block of rank " + rank + " enters its host twice");
      }
    }
    return Optional.empty();
  }
}
