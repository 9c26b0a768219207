package autopar.runtime.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.List;

/**
 * The names of devices, from the driver: the runtime tells them only in a structure whose form
 * changes from version to version.
 */
final class CudaDriver {
  static final String HINT = "install the driver of the GPUs; nvidia-smi must list them";

  private static final List<String> NAMES = List.of("libcuda.so.1", "libcuda.so");
  private static final int NAME_BYTES = 256;

  private final MethodHandle get;
  private final MethodHandle name;

  private CudaDriver(Functions library) {
    MethodHandle initialize = library.function("cuInit", JAVA_INT);
    get = library.function("cuDeviceGet", ADDRESS, JAVA_INT);
    name = library.function("cuDeviceGetName", ADDRESS, JAVA_INT, JAVA_INT);
    checked("cuInit", () -> (int) initialize.invokeExact(0));
  }

  /** Is there a driver? */
  static boolean isInstalled(LibraryPath path) {
    return path.find(NAMES).isPresent();
  }

  static CudaDriver open(LibraryPath path) {
    return new CudaDriver(Functions.open(path, "The driver of NVIDIA GPUs", NAMES, HINT));
  }

  /** {@code NVIDIA A100-SXM4-80GB}. */
  String name(int ordinal) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment device = arena.allocate(JAVA_INT);
      checked("cuDeviceGet", () -> (int) get.invokeExact(device, ordinal));
      MemorySegment text = arena.allocate(JAVA_BYTE, NAME_BYTES);
      int handle = device.get(JAVA_INT, 0);
      checked("cuDeviceGetName", () -> (int) name.invokeExact(text, NAME_BYTES, handle));
      return text.getString(0);
    }
  }

  private static void checked(String call, Functions.Call function) {
    Functions.checked(call, code -> "error " + code + " of the driver", function);
  }
}
