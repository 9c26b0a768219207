package autopar.cluster;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The software profiles: one per generation of training software, never one per run.
 *
 * <p>The numbers of a profile with measured runs are fitted to all strict runs of that software
 * together (docs/cost-model.md tells how well); the others take those of their nearest relative.
 */
public final class SoftwareProfiles {
  /** What plans are priced with unless another is asked for. */
  public static final String DEFAULT = "fused-2023";

  /** What {@code autopar run} does: the numbers of its clusters are measured through it. */
  public static final String CPU_RANKS = "autopar-cpu";

  /** Gradients of one run of sums travel together, however many they are. */
  private static final double UNLIMITED = 1e15;

  private static final double DISPATCH = 5e-6;
  private static final double BUCKET_BYTES = 100e6;
  private static final double BUCKET_SECONDS = 50e-6;
  private static final double GRADIENT_SYNC = 0.8;
  private static final double PARAMETER_GATHER = 0.9;
  private static final double SEND = 0.5;
  private static final double INTERFERENCE = 0.1;

  private static final List<SoftwareProfile> ALL =
      List.of(
          profile(DEFAULT, "flash attention 2, fused element-wise kernels and optimizer")
              .kernels(true, 0.88, 0.9, 0.85)
              .wholeLayers(false)
              .step(1.2, 0.85, 0.05e-3, 0.02),
          profile("megatron-2020", "Megatron-LM of 2020: eager element-wise kernels, apex Adam")
              .kernels(false, 1.0, 1.15, 0.5)
              .step(1.2, 1.0, 0.1e-3, 0.02),
          profile("megatron-2021", "Megatron-LM of the SC'21 paper: fused softmax and bias-GELU")
              .kernels(false, 0.92, 1.1, 0.5)
              .step(1.2, 1.1, 1e-3, 0.25),
          profile("megatron-2022", "Megatron-LM of the sequence-parallelism paper")
              .kernels(false, 0.95, 1.0, 0.5)
              .step(1.2, 1.0, 0.1e-3, 0.05),
          profile("megatron-deepspeed-2022", "BigScience fork: fused kernels, no flash attention")
              .kernels(false, 0.93, 1.95, 0.5)
              .memory(new MemoryHabits(6, 4, 0, true, 9_000_000_000L))
              .step(1.2, 0.8, 5.7e-3, 0.02),
          profile("deepspeed-zero3-2021", "DeepSpeed ZeRO-3 with unfused kernels")
              .kernels(false, 0.9, 1.3, 0.5)
              .step(1.3, 0.6, 0.3e-3, 0.05),
          profile("deepspeed-zero3-2022", "DeepSpeed ZeRO-3, Hugging Face models")
              .kernels(false, 0.9, 1.3, 0.5)
              .step(1.3, 0.6, 0.3e-3, 0.05),
          profile("nemo-2022", "NeMo Megatron of 2022: fused kernels, scores materialised")
              .kernels(false, 0.92, 1.3, 0.5)
              .step(1.0, 1.1, 0.1e-3, 0.2),
          profile("mosaic-fsdp", "Composer FSDP with Triton flash attention 1")
              .kernels(true, 0.95, 0.86, 0.49)
              .step(1.3, 0.41, 1.3e-3, 0.05),
          profile("internevo-2023", "InternEvo: flash attention, overlapped ZeRO-1")
              .kernels(true, 0.78, 0.56, 1.2)
              .buckets(50e6, BUCKET_SECONDS)
              .memory(new MemoryHabits(0, 12, 0, false, 4_000_000_000L))
              .step(1.2, 0.8, 0, 0.01),
          profile("colossal-2023", "Colossal-AI of 2023: flash attention, Gemini or ZeRO-2")
              .kernels(true, 0.88, 1.0, 0.6)
              .step(1.3, 0.7, 0.3e-3, 0.05),
          profile("torchtitan-2024", "torchtitan with torch.compile and FSDP2")
              .kernels(true, 0.94, 0.7, 0.9)
              .step(1.2, 0.7, 0.05e-3, 0.02),
          profile("fsdp-compile-2024", "PyTorch FSDP with torch.compile (fms-fsdp)")
              .kernels(true, 0.94, 0.7, 0.9)
              .step(1.2, 0.7, 0.05e-3, 0.02),
          profile("alpa-2022", "Alpa: XLA of 2022 on one host, fused element-wise kernels")
              .kernels(false, 0.92, 0.4, 0.5)
              .memory(new MemoryHabits(0, 0, 0.6, false, 500_000_000L))
              .step(1.6, 0.5, 0, 0.005),
          bare(CPU_RANKS, "autopar run: kernels and collectives one after the other on CPU ranks"));

  private static final SoftwareProfile ISOLATED =
      bare("isolated", "kernels one after the other, as benchmarks run them");

  private SoftwareProfiles() {}

  /** No software at all: prices of single kernels and collectives, as a benchmark sees them. */
  public static SoftwareProfile isolated() {
    return ISOLATED;
  }

  /** The profile {@code name}, if there is one. */
  public static Optional<SoftwareProfile> find(String name) {
    return ALL.stream().filter(profile -> profile.name().equals(name)).findFirst();
  }

  /**
   * The profile {@code name}, or for a name never seen the one whose name is most like it, or the
   * default.
   */
  public static SoftwareProfile nearest(String name) {
    return find(name)
        .or(() -> Spelling.nearest(name, names()).flatMap(SoftwareProfiles::find))
        .or(() -> relative(name))
        .orElse(ALL.getFirst());
  }

  /** The newest profile of the same family: what the name says before its first dash. */
  private static Optional<SoftwareProfile> relative(String name) {
    String family = name.split("-", 2)[0];
    return ALL.reversed().stream()
        .filter(profile -> profile.name().startsWith(family + "-"))
        .findFirst();
  }

  /** All names, the default first. */
  public static List<String> names() {
    return ALL.stream().map(SoftwareProfile::name).toList();
  }

  /** All profiles, the default first. */
  public static Stream<SoftwareProfile> all() {
    return ALL.stream();
  }

  private static Draft profile(String name, String about) {
    return new Draft(
        name, about, false, true, 1, 1, 1, BUCKET_BYTES, BUCKET_SECONDS, MemoryHabits.NONE);
  }

  /** Nothing overlaps, nothing is added to what was measured. */
  private static SoftwareProfile bare(String name, String about) {
    return new SoftwareProfile(
        name,
        about,
        true,
        false,
        1,
        1,
        1,
        0,
        1,
        1,
        UNLIMITED,
        0,
        0,
        0,
        0,
        0,
        0,
        0,
        MemoryHabits.NONE);
  }

  /** A profile while its numbers are given. */
  private record Draft(
      String name,
      String about,
      boolean flash,
      boolean wholeLayers,
      double gemm,
      double stream,
      double attention,
      double bucketBytes,
      double bucketSeconds,
      MemoryHabits habits) {

    Draft kernels(boolean fused, double gemmPart, double streamPart, double attentionPart) {
      return new Draft(
          name,
          about,
          fused,
          wholeLayers,
          gemmPart,
          streamPart,
          attentionPart,
          bucketBytes,
          bucketSeconds,
          habits);
    }

    Draft wholeLayers(boolean whole) {
      return new Draft(
          name, about, flash, whole, gemm, stream, attention, bucketBytes, bucketSeconds, habits);
    }

    Draft buckets(double bytes, double seconds) {
      return new Draft(
          name, about, flash, wholeLayers, gemm, stream, attention, bytes, seconds, habits);
    }

    Draft memory(MemoryHabits kept) {
      return new Draft(
          name,
          about,
          flash,
          wholeLayers,
          gemm,
          stream,
          attention,
          bucketBytes,
          bucketSeconds,
          kept);
    }

    SoftwareProfile step(double update, double collective, double layer, double fixed) {
      return new SoftwareProfile(
          name,
          about,
          flash,
          wholeLayers,
          gemm,
          stream,
          attention,
          DISPATCH,
          update,
          collective,
          bucketBytes,
          bucketSeconds,
          GRADIENT_SYNC,
          PARAMETER_GATHER,
          SEND,
          INTERFERENCE,
          layer,
          fixed,
          habits);
    }
  }
}
