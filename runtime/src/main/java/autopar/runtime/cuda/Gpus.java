package autopar.runtime.cuda;

import autopar.diagnostics.RunFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The GPUs of this host that are like the first one, and the libraries that measure them. */
public final class Gpus implements AutoCloseable {
  private final List<Gpu> gpus = new ArrayList<>();
  private final CublasLt cublasLt;
  private final Optional<Nccl> nccl;
  private final List<String> others = new ArrayList<>();

  private Gpus(LibraryPath path) {
    CudaDriver driver = CudaDriver.open(path);
    CudaRuntime runtime = CudaRuntime.open(path);
    cublasLt = CublasLt.open(path);
    nccl = Nccl.find(path);
    int count = runtime.deviceCount();
    if (count == 0) {
      throw new RunFailure("this host has no GPU", CudaDriver.HINT, null);
    }
    try {
      for (int ordinal = 0; ordinal < count; ordinal++) {
        GpuModel model = model(driver, runtime, ordinal);
        if (gpus.isEmpty() || model.isLike(gpus.getFirst().model())) {
          gpus.add(new Gpu(runtime, ordinal, model));
        } else {
          others.add(model.name());
        }
      }
    } catch (RuntimeException failure) {
      close(failure);
      throw failure;
    }
  }

  /** Is there a driver of NVIDIA GPUs on this host? */
  public static boolean haveDriver(LibraryPath path) {
    return CudaDriver.isInstalled(path);
  }

  /**
   * Opens the libraries and the GPUs.
   *
   * @throws RunFailure where there is no GPU, where its driver, the CUDA runtime or cuBLASLt is not
   *     installed, or where a call of them fails
   */
  public static Gpus open(LibraryPath path) {
    return new Gpus(path);
  }

  private static GpuModel model(CudaDriver driver, CudaRuntime runtime, int ordinal) {
    runtime.use(ordinal);
    return new GpuModel(
        driver.name(ordinal),
        runtime.attribute(CudaRuntime.MULTIPROCESSORS, ordinal),
        1e3 * runtime.attribute(CudaRuntime.CLOCK_KILOHERTZ, ordinal),
        runtime.memory().total(),
        runtime.attribute(CudaRuntime.CAPABILITY_MAJOR, ordinal),
        runtime.attribute(CudaRuntime.CAPABILITY_MINOR, ordinal));
  }

  /** What each of them is. */
  public GpuModel model() {
    return gpus.getFirst().model();
  }

  /** How many are alike. */
  public int count() {
    return gpus.size();
  }

  /** Names of GPUs that are not like the first one, and are left out. */
  public List<String> others() {
    return List.copyOf(others);
  }

  /** Can collectives be measured? */
  public boolean haveCollectives() {
    return nccl.isPresent();
  }

  /** What to install for collectives. */
  public static String collectivesHint() {
    return Nccl.HINT;
  }

  Gpu first() {
    return gpus.getFirst();
  }

  List<Gpu> all() {
    return gpus;
  }

  CublasLt cublasLt() {
    return cublasLt;
  }

  Optional<Nccl> nccl() {
    return nccl;
  }

  @Override
  public void close() {
    RunFailure first = new RunFailure("GPUs could not be given back");
    close(first);
    if (first.getSuppressed().length > 0) {
      throw first;
    }
  }

  private void close(RuntimeException failure) {
    for (Gpu gpu : gpus.reversed()) {
      try {
        gpu.close();
      } catch (RuntimeException another) {
        failure.addSuppressed(another);
      }
    }
    gpus.clear();
  }
}
