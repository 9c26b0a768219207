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
    Workpiece.StateBytes bytes = work.parameterBytes();
    double each = bytes.weight() + bytes.gradient() + work.optimizerBytesOnDevice();
    return request.graph().trainableParameterCount()
        * each
        / request.cluster().sum(request.devices(), work.memory()::of);
  }
}
