package autopar.tests.torch;

import org.junit.jupiter.api.Test;

/** What single precision adds to the differences: rounding, and no more. */
@NeedsLibtorch
final class SinglePrecisionTest {

  private static final double SPREAD = 0.05;
  private static final double ROUNDING = 1e-5;

  /**
   * A bias of the stem whose channel is positive in every window of the pool is subtracted again by
   * the next batch norms: its gradient is zero by algebra, the sum of many that are not.
   */
  private static final double CANCELLED = 1e-4;

  @Test
  void gptIsThatOfLibtorch() {
    check("gpt layers=4 seq=16 hidden=24 heads=4 vocab=29", GptTest::gpt, ROUNDING);
  }

  @Test
  void llamaIsThatOfLibtorch() {
    check(
        "llama layers=4 seq=16 hidden=24 heads=4 kv_heads=2 ffn=20 vocab=29",
        LlamaTest::loss,
        ROUNDING);
  }

  @Test
  void bertIsThatOfLibtorch() {
    check("bert layers=4 seq=16 hidden=24 heads=4 vocab=29", BertTest::loss, ROUNDING);
  }

  @Test
  void t5IsThatOfLibtorch() {
    check(
        "t5 layers=3 seq=16 target_seq=12 hidden=16 heads=4 head=4 ffn=20 vocab=29",
        T5Test::loss,
        ROUNDING);
  }

  @Test
  void wideResNetIsThatOfLibtorch() {
    check(
        "wide-resnet channels=4 width=1 classes=5 image=64 depth1=2 depth2=1 depth3=1 depth4=1",
        WideResNetTest::loss,
        CANCELLED);
  }

  private static void check(String line, TorchModel written, double tolerance) {
    new Comparison(SmallModel.read(line, SPREAD), written).checkSinglePrecision(tolerance);
  }
}
