package autopar.runtime.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import autopar.diagnostics.RunFailure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What fails in a library is said with the name of the call, and GPUs are given back. */
final class GpusTest {
  private static final Shape SHAPE = new Shape(512, 512, 512);

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "cudaGetDeviceCount, 35, cudaGetDeviceCount failed: CUDA driver version is insufficient",
    "cuInit, 100, cuInit failed: error 100",
    "cudaMalloc, 2, cudaMalloc failed: out of memory (error 2)",
    "cudaEventCreate, 400, cudaEventCreate failed: invalid resource handle",
    "cudaStreamSynchronize, 700, cudaStreamSynchronize failed: an illegal memory access",
    "cublasLtCreate, 1, cublasLtCreate failed: the library was not initialized",
    "cublasLtMatmulAlgoGetHeuristic, 15, cublasLtMatmulAlgoGetHeuristic knows no algorithm",
    "cublasLtMatmul, 13, cublasLtMatmul failed: the GPU program failed to execute",
    "ncclCommInitAll, 2, ncclCommInitAll failed: unhandled system error",
    "ncclGroupEnd, 1, ncclGroupEnd failed: unhandled cuda error",
  })
  void aCallThatFailsIsNamed(String call, int code, String message) throws Exception {
    CudaStandIn standIn =
        CudaStandIn.compile(folder, "DEVICES=2", "FAIL_AT=\"" + call + "\"", "FAIL_CODE=" + code);
    assertThatThrownBy(
            () -> {
              try (Gpus gpus = Gpus.open(standIn.path());
                  Products products = new Products(gpus, SHAPE, true)) {
                products.time(SHAPE);
                new GroupTimes(gpus).times(2);
              }
            })
        .isInstanceOf(RunFailure.class)
        .hasMessageStartingWith(message);
    assertThat(standIn.complaint()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "libcuda.so.1, The driver of NVIDIA GPUs is not installed: no libcuda.so.1, nvidia-smi",
    "libcudart.so.12, The CUDA runtime is not installed: no libcudart.so.13, pip install",
    "libcublasLt.so.12, cuBLASLt is not installed: no libcublasLt.so.13, pip install",
  })
  void aMissingLibrarySaysWhatToInstall(String name, String message, String hint) throws Exception {
    LibraryPath path = CudaStandIn.compile(folder).without(name).path();
    assertThatThrownBy(() -> Gpus.open(path))
        .isInstanceOf(RunFailure.class)
        .hasMessageStartingWith(message)
        .satisfies(
            failure -> assertThat(((RunFailure) failure).hint().orElseThrow()).contains(hint));
  }

  @Test
  void anErrorBeforeAnythingIsTimedLeavesNothingBehind() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "FAIL_AT=\"cudaMalloc\"");
    assertThatThrownBy(() -> Gpus.open(standIn.path())).isInstanceOf(RunFailure.class);
    assertThat(standIn.live()).isZero();
  }

  @Test
  void anErrorWhileProductsAreTimedLeavesNothingBehind() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "FAIL_AT=\"cublasLtMatmul\"", "FAIL_CODE=13");
    assertThatThrownBy(
            () -> {
              try (Gpus gpus = Gpus.open(standIn.path())) {
                new Products(gpus, SHAPE, true).close();
              }
            })
        .isInstanceOf(RunFailure.class);
    assertThat(standIn.complaint()).isEmpty();
    assertThat(standIn.live()).isZero();
  }

  @Test
  void gpusThatDifferFromTheFirstOneAreLeftOut() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "DEVICES=4", "OTHER_NAME=\"NVIDIA T1000\"");
    try (Gpus gpus = Gpus.open(standIn.path())) {
      assertThat(gpus.count()).isEqualTo(3);
      assertThat(gpus.others()).containsExactly("NVIDIA T1000");
    }
    assertThat(standIn.live()).isZero();
  }

  @Test
  void sizesOfGroupsDoubleUpToAll() throws Exception {
    CudaStandIn standIn = CudaStandIn.compile(folder, "DEVICES=6");
    try (Gpus gpus = Gpus.open(standIn.path())) {
      assertThat(new GroupTimes(gpus).sizes()).containsExactly(2, 4, 6);
    }
  }

  @Test
  void wheelsOfAnEnvironmentAreFound() throws Exception {
    Path lib =
        Files.createDirectories(folder.resolve("lib/python3.12/site-packages/nvidia/cublas/lib"));
    Files.createDirectories(folder.resolve("lib/python3.12/site-packages/nvidia/nccl"));
    LibraryPath path =
        LibraryPath.usual(Map.of("VIRTUAL_ENV", folder.toString(), "CUDA_HOME", "/opt/cuda"));
    assertThat(path.first()).containsExactly(Path.of("/opt/cuda/lib64"), Path.of("/opt/cuda/lib"));
    assertThat(path.loader()).isTrue();
    assertThat(path.last()).contains(lib);
    assertThat(LibraryPath.only(folder).find(List.of("libcuda.so.1"))).isEqualTo(Optional.empty());
  }
}
