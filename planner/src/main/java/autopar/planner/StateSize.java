package autopar.planner;

import autopar.interop.Workpiece;

/** How large the states of a model are beside the memory there is. */
public final class StateSize {
  private StateSize() {}

  /**
   * Bytes of weights, gradients and optimizer states that stay on devices, over the memory of all
   * devices: nothing fits where this is above 1, however it is laid out.
   */
  public static double share(PlanRequest request) {
    Workpiece work = Planner.problem(request).work();
    return bytes(request, work) / request.cluster().sum(request.devices(), work.memory()::of);
  }

  /**
   * The most devices, from those of {@code request} up to {@code most}, that are too few for the
   * states alone; those of the request where they are not.
   */
  static int tooFew(PlanRequest request, int most) {
    Workpiece work = Planner.problem(request).work();
    double bytes = bytes(request, work);
    int devices = request.devices();
    while (devices < most && request.cluster().sum(devices + 1, work.memory()::of) < bytes) {
      devices++;
    }
    return devices;
  }

  private static double bytes(PlanRequest request, Workpiece work) {
    Workpiece.StateBytes bytes = work.parameterBytes();
    return request.graph().trainableParameterCount()
        * (bytes.weight() + bytes.gradient() + work.optimizerBytesOnDevice());
  }
}
