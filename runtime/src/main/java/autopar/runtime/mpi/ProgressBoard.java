package autopar.runtime.mpi;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What every rank of a machine is doing, in a file that all of them map: one slot of 1 KiB per
 * rank, which that rank writes in well under a microsecond, and which whoever started the ranks
 * reads.
 *
 * <p>A slot is guarded by its sequence number, odd while it is written (a seqlock: Boehm, MSPC
 * 2012), so that a reader never sees half of a change and a writer never waits.
 */
final class ProgressBoard {

  /** Bytes of a slot. */
  private static final int SLOT = 1024;

  private static final int SEQUENCE = 0;
  private static final int PID = 8;
  private static final int CHANGED = 16;
  private static final int STEP = 24;
  private static final int STATE = 28;
  private static final int EXIT_CODE = 32;
  private static final Field INSTRUCTION = new Field(64, 320);
  private static final Field PLACE = new Field(384, 160);
  private static final Field FAILURE = new Field(544, 480);

  private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  private static final VarHandle SEQUENCES = LONG.varHandle();

  private final MemorySegment slots;

  private ProgressBoard(MemorySegment slots) {
    this.slots = slots;
  }

  /** A text of UTF-8 in a slot: its length as an int, then its bytes. */
  private record Field(int offset, int bytes) {

    void write(MemorySegment slot, String text) {
      byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
      int length = Math.min(encoded.length, bytes - Integer.BYTES);
      // Never cut inside a character.
      while (length < encoded.length && length > 0 && (encoded[length] & 0xC0) == 0x80) {
        length--;
      }
      slot.set(INT, offset, length);
      MemorySegment.copy(encoded, 0, slot, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, length);
    }

    String read(MemorySegment slot) {
      // A length may be torn while its slot is written; what was read is then thrown away.
      int length = Math.clamp(slot.get(INT, offset), 0, bytes - Integer.BYTES);
      byte[] encoded = new byte[length];
      MemorySegment.copy(slot, ValueLayout.JAVA_BYTE, offset + Integer.BYTES, encoded, 0, length);
      return new String(encoded, StandardCharsets.UTF_8);
    }
  }

  /** A fresh board for {@code ranks} ranks; replaces a file that exists. */
  static ProgressBoard create(Path file, int ranks) {
    return map(
        file,
        (long) ranks * SLOT,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  /** The board that another process made. */
  static ProgressBoard attach(Path file) {
    return map(file, -1, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** A board that no other process sees. */
  static ProgressBoard unshared(int ranks) {
    return new ProgressBoard(Arena.ofAuto().allocate((long) ranks * SLOT, Long.BYTES));
  }

  private static ProgressBoard map(Path file, long bytes, StandardOpenOption... options) {
    try (FileChannel channel = FileChannel.open(file, options)) {
      long size = bytes < 0 ? channel.size() : bytes;
      return new ProgressBoard(
          channel.map(FileChannel.MapMode.READ_WRITE, 0, size, Arena.ofAuto()));
    } catch (IOException e) {
      throw new RunFailure("cannot map the progress board " + file + ": " + e.getMessage(), e);
    }
  }

  int ranks() {
    return (int) (slots.byteSize() / SLOT);
  }

  /** The slot of {@code rank}, to be written by one thread at a time of one process. */
  Slot slot(int rank) {
    return new Slot(memory(rank));
  }

  private MemorySegment memory(int rank) {
    return slots.asSlice((long) rank * SLOT, SLOT);
  }

  /** What {@code rank} is doing. */
  RankProgress read(int rank) {
    MemorySegment slot = memory(rank);
    for (int attempt = 0; ; attempt++) {
      long before = (long) SEQUENCES.getAcquire(slot, 0L);
      RankProgress progress =
          new RankProgress(
              rank,
              before,
              slot.get(LONG, PID),
              slot.get(LONG, CHANGED),
              slot.get(INT, STEP) - 1,
              RankState.at(slot.get(INT, STATE)),
              slot.get(INT, EXIT_CODE),
              INSTRUCTION.read(slot),
              PLACE.read(slot),
              FAILURE.read(slot));
      VarHandle.acquireFence();
      // A rank that died while it wrote leaves an odd number for ever: what is there has to do.
      if (((before & 1) == 0 && (long) SEQUENCES.getAcquire(slot, 0L) == before)
          || attempt == 100_000) {
        return progress;
      }
      Thread.onSpinWait();
    }
  }

  /** The writing end of one rank. */
  static final class Slot {
    private final MemorySegment memory;

    private Slot(MemorySegment memory) {
      this.memory = memory;
    }

    /** The process of the rank exists. */
    synchronized void started(long pid) {
      begin();
      memory.set(LONG, PID, pid);
      end(RankState.STARTING);
    }

    /** In {@code step} (from 0), the rank runs an instruction. */
    synchronized void runs(int step, String instruction) {
      begin();
      memory.set(INT, STEP, step + 1);
      INSTRUCTION.write(memory, instruction);
      PLACE.write(memory, "");
      end(RankState.COMPUTING);
    }

    /** The instruction now waits for other ranks, {@code place} says which. */
    synchronized void waits(String place) {
      begin();
      PLACE.write(memory, place);
      end(RankState.WAITING);
    }

    /** The wait is over. */
    synchronized void resumes() {
      begin();
      end(RankState.COMPUTING);
    }

    synchronized void isDone() {
      begin();
      end(RankState.DONE);
    }

    /** Asked by a signal to end, which orderly ends of a run never do. */
    synchronized void isStopped() {
      int state = memory.get(INT, STATE);
      if (state != RankState.DONE.ordinal() && state != RankState.FAILED.ordinal()) {
        begin();
        end(RankState.STOPPED);
      }
    }

    synchronized void failed(int exitCode, String message) {
      begin();
      memory.set(INT, EXIT_CODE, exitCode);
      FAILURE.write(memory, message);
      end(RankState.FAILED);
    }

    private void begin() {
      long sequence = memory.get(LONG, SEQUENCE);
      SEQUENCES.setRelease(memory, 0L, sequence | 1);
      VarHandle.releaseFence();
    }

    private void end(RankState state) {
      memory.set(INT, STATE, state.ordinal());
      memory.set(LONG, CHANGED, System.nanoTime());
      SEQUENCES.setRelease(memory, 0L, memory.get(LONG, SEQUENCE) + 1);
    }
  }
}
