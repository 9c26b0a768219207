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
}
