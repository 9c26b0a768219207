package autopar.cluster;

/**
 * All that the price of a collective needs to know of its group.
 *
 * @param ranks members of the group
 * @param hosts hosts they are on
 * @param ranksOnBusiestHost members on the host that has most of them
 * @param groupsSharingNic simultaneous groups that leave the busiest host, this one included; 0
 *     when the group stays inside a host
 */
public record GroupShape(int ranks, int hosts, int ranksOnBusiestHost, int groupsSharingNic) {

  /** A group of one. */
  public static final GroupShape ALONE = new GroupShape(1, 1, 1, 0);

  public GroupShape {
    if (ranks < 1 || hosts < 1 || hosts > ranks || ranksOnBusiestHost < 1) {
      throw new IllegalArgumentException("no such group: " + ranks + " ranks, " + hosts + " hosts");
    }
    if ((hosts == 1) != (groupsSharingNic == 0)) {
      throw new IllegalArgumentException("only groups that leave a host share its adapters");
    }
  }

  /** A group of {@code ranks} devices of one host. */
  public static GroupShape inHost(int ranks) {
    return new GroupShape(ranks, 1, ranks, 0);
  }

  /** One of the equal parts of this group that hold {@code size} neighbouring ranks each. */
  public GroupShape part(int size) {
    if (size <= ranksOnBusiestHost || hosts == 1) {
      return size == 1 ? ALONE : inHost(size);
    }
    int spanned = Math.min(hosts, (size + ranksOnBusiestHost - 1) / ranksOnBusiestHost);
    return spanned == 1
        ? inHost(size)
        : new GroupShape(size, spanned, ranksOnBusiestHost, groupsSharingNic);
  }

  /**
   * One of the groups that hold one rank of each part of {@code size} ranks; all {@code size} of
   * them run at the same time.
   */
  public GroupShape acrossParts(int size) {
    int parts = (ranks + size - 1) / size;
    if (parts == 1 || hosts == 1) {
      return parts == 1 ? ALONE : inHost(parts);
    }
    int together = Math.max(1, ranksOnBusiestHost / size);
    int spanned = Math.min(hosts, (parts + together - 1) / together);
    int onHost = Math.min(size, ranksOnBusiestHost);
    return spanned == 1
        ? inHost(parts)
        : new GroupShape(parts, spanned, together, groupsSharingNic * onHost);
  }
}
