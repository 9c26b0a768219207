package autopar.program;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The messages of a transfer: each byte crosses a host boundary once, then spreads inside.
 *
 * <p>Ranks of the receiving mesh that hold the same block on the same host elect the first of them;
 * it receives the block in pieces from the sending ranks that hold them (of several copies one on
 * its own host, else each copy in turn), and hands it to the others. O(senders x receivers) boxes.
 *
 * @param direct from the sending mesh to elected ranks
 * @param spread from elected ranks to those beside them, whole blocks
 */
public record TransferRoute(List<Message> direct, List<Message> spread) {

  /** The messages when {@code batch} samples are under way. */
  public static TransferRoute of(
      Transfer transfer, StageMesh sender, StageMesh receiver, List<Integer> hosts, long batch) {
    Map<Box, List<Integer>> holders = new LinkedHashMap<>();
    for (int p = 0; p < sender.ranks().size(); p++) {
      Box box = box(transfer, transfer.source(), sender, p, batch);
      if (!box.isEmpty()) {
        holders.computeIfAbsent(box, b -> new ArrayList<>()).add(sender.ranks().get(p));
      }
    }
    record Place(Box box, int host) {}

    Map<Place, Integer> elected = new HashMap<>();
    Map<Box, Integer> turns = new HashMap<>();
    List<Message> direct = new ArrayList<>();
    List<Message> spread = new ArrayList<>();
    for (int p = 0; p < receiver.ranks().size(); p++) {
      Box wanted = box(transfer, transfer.target(), receiver, p, batch);
      int rank = receiver.ranks().get(p);
      if (wanted.isEmpty()) {
        continue;
      }
      Place place = new Place(wanted, hosts.get(rank));
      Integer first = elected.putIfAbsent(place, rank);
      if (first != null) {
        spread.add(new Message(first, rank, wanted));
        continue;
      }
      for (Map.Entry<Box, List<Integer>> holder : holders.entrySet()) {
        if (holder.getKey().meets(wanted)) {
          Box piece = holder.getKey().and(wanted);
          int turn = turns.merge(holder.getKey(), 1, Integer::sum) - 1;
          int from = choose(holder.getValue(), place.host(), hosts, turn);
          direct.add(new Message(from, rank, piece));
        }
      }
    }
    return new TransferRoute(direct, spread);
  }

  private static int choose(List<Integer> copies, int host, List<Integer> hosts, int turn) {
    for (int rank : copies) {
      if (hosts.get(rank) == host) {
        return rank;
      }
    }
    return copies.get(turn % copies.size());
  }

  private static Box box(Transfer transfer, Layout layout, StageMesh mesh, int p, long batch) {
    return layout.box(transfer.type(), batch, mesh.sizes(), mesh.coordinates(p));
  }
}
