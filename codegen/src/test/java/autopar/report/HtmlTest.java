package autopar.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HtmlTest {
  @Test
  void namesAreNeverMarkup() {
    assertThat(Html.text("<img src=x onerror='a(\"b\")'>&"))
        .isEqualTo("&lt;img src=x onerror=&#39;a(&quot;b&quot;)&#39;&gt;&amp;");
    assertThat(Html.json("{\"a\":\"</script><!--\u2028\"}"))
        .isEqualTo("{\"a\":\"\\u003c/script>\\u003c!--\\u2028\"}");
  }

  @Test
  void numbersHaveFourDigitsAndAUnit() {
    assertThat(Html.seconds(183.483)).isEqualTo("183.5 s");
    assertThat(Html.seconds(0.012345)).isEqualTo("12.35 ms");
    assertThat(Html.seconds(0)).isEqualTo("0 s");
    assertThat(Html.number(11429.67)).isEqualTo("11,430");
    assertThat(Html.count(65_715_000_000.0)).isEqualTo("65.7 B");
    assertThat(Html.count(4096)).isEqualTo("4,096");
    assertThat(Html.percent(0.0313)).isEqualTo("3.1 %");
    assertThat(Html.gibibytes(84970588278L)).isEqualTo("79.1 GiB");
  }
}
