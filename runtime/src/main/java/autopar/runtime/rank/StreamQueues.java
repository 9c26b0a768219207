package autopar.runtime.rank;

import autopar.program.Stream;

/** Takes the instructions of a rank in the order of its program, and decides when they run. */
public interface StreamQueues extends AutoCloseable {

  /** One after the other, as the program has them: an order that the events allow. */
  StreamQueues PROGRAM_ORDER =
      new StreamQueues() {
        @Override
        public void run(Stream on, Runnable work) {
          work.run();
        }

        @Override
        public void record(int event, Stream on) {
          // What came before is done.
        }

        @Override
        public void await(int event, Stream on) {
          // What was recorded has happened.
        }

        @Override
        public void finish() {
          // Nothing is left.
        }

        @Override
        public void close() {
          // No thread is held.
        }
      };

  /** {@code work} runs after what was given to the same stream before. */
  void run(Stream on, Runnable work);

  /** The event happens once everything that the stream was given before is done. */
  void record(int event, Stream on);

  /** What the stream is given from here on waits for the event as it was recorded last. */
  void await(int event, Stream on);

  /** Returns when all is done; forgets events. Throws what work has thrown. */
  void finish();

  /** After the last work. */
  @Override
  void close();
}
