package autopar.interop;

import autopar.cluster.Cluster;

/**
 * The order in which a pipeline takes devices: stages are consecutive positions of it.
 *
 * <p>With {@code column} equal to the devices of a host, positions are ranks and stages take hosts
 * one after the other. With a smaller column, all hosts are taken together, {@code column} devices
 * of each at a time: a stage is then a column of {@code hosts x column} devices, its data axis runs
 * between hosts and the pipeline inside them; such columns are taken of equal hosts only.
 *
 * @param devicesPerHost devices of the largest host
 */
public record DeviceOrder(int hosts, int devicesPerHost, int column) {

  public DeviceOrder {
    if (devicesPerHost % column != 0) {
      throw new IllegalArgumentException("columns must divide a host");
    }
  }

  /** Host after host. */
  public static DeviceOrder hostMajor(Cluster cluster) {
    return new DeviceOrder(cluster.hosts(), cluster.mostPerHost(), cluster.mostPerHost());
  }

  /** The rank at {@code position}. */
  public int rank(int position) {
    if (column == devicesPerHost) {
      return position;
    }
    int perColumn = hosts * column;
    int block = position / perColumn;
    int within = position % perColumn;
    return within / column * devicesPerHost + block * column + within % column;
  }
}
