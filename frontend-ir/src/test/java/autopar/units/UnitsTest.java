package autopar.units;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class UnitsTest {
  @Test
  void bytesPrintInBinaryUnits() {
    assertThat(new Bytes(0)).hasToString("0 B");
    assertThat(new Bytes(1023)).hasToString("1023 B");
    assertThat(new Bytes(1024)).hasToString("1.0 KiB");
    assertThat(new Bytes((1L << 30) - 1)).hasToString("1.0 GiB");
    assertThat(new Bytes(46_278_311_936L)).hasToString("43.1 GiB");
    assertThat(new Bytes(-2048)).hasToString("-2.0 KiB");
  }

  @Test
  void bytesDoNotWrapAround() {
    assertThatThrownBy(() -> new Bytes(Long.MAX_VALUE).plus(new Bytes(1)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new Bytes(1L << 40).times(1L << 40))
        .isInstanceOf(ArithmeticException.class);
  }

  @Test
  void secondsPrintInTheUnitThatReadsBest() {
    assertThat(new Seconds(0)).hasToString("0 s");
    assertThat(new Seconds(3.2e-6)).hasToString("3.20 us");
    assertThat(new Seconds(0.0045)).hasToString("4.50 ms");
    assertThat(new Seconds(12.34)).hasToString("12.3 s");
    assertThat(new Seconds(900)).hasToString("15 min");
    assertThat(new Seconds(7500)).hasToString("2 h 05 min");
  }

  @Test
  void ratesTurnAmountsIntoTime() {
    assertThat(new FlopsPerSecond(312e12).time(new Flops(624e12))).isEqualTo(new Seconds(2));
    assertThat(new BytesPerSecond(2e9).time(new Bytes(1_000_000_000))).isEqualTo(new Seconds(0.5));
    assertThat(new FlopsPerSecond(312e12)).hasToString("312 TFLOP/s");
    assertThat(new BytesPerSecond(2.039e12)).hasToString("2.04 TB/s");
  }

  @Test
  void impossibleAmountsAreRefused() {
    assertThatThrownBy(() -> new Seconds(Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Flops(Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
