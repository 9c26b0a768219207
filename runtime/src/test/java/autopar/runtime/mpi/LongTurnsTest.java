package autopar.runtime.mpi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.lang.module.ModuleDescriptor.Version;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Turns of this thread on a core. */
final class LongTurnsTest {

  @Test
  void areGrantedByLinuxThatKnowsThem() throws InterruptedException {
    assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
    String kernel = System.getProperty("os.version").split("-", 2)[0];
    assumeThat(Version.parse(kernel))
        .as("turns of a length of their own came with Linux 6.12")
        .isGreaterThanOrEqualTo(Version.parse("6.12"));
    // A thread of its own, so that tests after this one have turns as ever.
    AtomicLong granted = new AtomicLong();
    Thread thread = Thread.ofPlatform().start(() -> granted.set(LongTurns.ask()));
    thread.join();
    assertThat(granted).hasValue(LongTurns.NANOS);
  }
}
