package autopar.runtime.profile;

import autopar.diagnostics.RunFailure;
import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.Set;

/**
 * Bytes per second of one file of a drive, written and read one block after the other past the
 * system's cache, by one thread.
 *
 * @param bytes of the file
 */
public record DriveSpeed(double writeRate, double readRate, long bytes) {
  private static final int BLOCK_BYTES = 16 << 20;
  private static final long MOST_BYTES = 2L << 30;

  /** Part of the free space that the file may take. */
  private static final double SPACE_PART = 0.25;

  /**
   * Writes a file of random bytes into {@code folder}, reads it, and deletes it.
   *
   * @throws RunFailure where the folder cannot be written, is too full, or has no direct access
   */
  public static DriveSpeed measure(Path folder) {
    return measure(folder, MOST_BYTES);
  }

  static DriveSpeed measure(Path folder, long mostBytes) {
    try {
      long space = Files.getFileStore(folder).getUsableSpace();
      int blocks = (int) (Math.min(mostBytes, (long) (space * SPACE_PART)) / BLOCK_BYTES);
      if (blocks == 0) {
        throw new RunFailure("too little space in " + folder + " to measure its drive");
      }
      Path file = Files.createTempFile(folder, "autopar", ".drive");
      try {
        return measure(file, blocks);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new RunFailure(
          "cannot measure the drive of " + folder + ": " + e.getMessage(),
          "the folder must lie on a drive whose file system can be read past the system's cache",
          e);
    }
  }

  private static DriveSpeed measure(Path file, int blocks) throws IOException {
    int alignment = (int) Files.getFileStore(file).getBlockSize();
    ByteBuffer block =
        ByteBuffer.allocateDirect(BLOCK_BYTES + alignment - 1)
            .alignedSlice(alignment)
            .limit(BLOCK_BYTES);
    byte[] random = new byte[BLOCK_BYTES];
    new Random(1).nextBytes(random);
    block.put(random);
    long bytes = (long) blocks * BLOCK_BYTES;
    double write =
        seconds(
            file,
            StandardOpenOption.WRITE,
            channel -> {
              for (int i = 0; i < blocks; i++) {
                block.rewind();
                while (block.hasRemaining()) {
                  channel.write(block);
                }
              }
              channel.force(false);
            });
    double read =
        seconds(
            file,
            StandardOpenOption.READ,
            channel -> {
              block.clear().limit(BLOCK_BYTES);
              while (channel.read(block) >= 0) {
                if (!block.hasRemaining()) {
                  block.rewind();
                }
              }
            });
    return new DriveSpeed(bytes / write, bytes / read, bytes);
  }

  private interface Transfer {
    void run(FileChannel channel) throws IOException;
  }

  private static double seconds(Path file, OpenOption how, Transfer transfer) throws IOException {
    try (FileChannel channel = FileChannel.open(file, Set.of(how, ExtendedOpenOption.DIRECT))) {
      long start = System.nanoTime();
      transfer.run(channel);
      return (System.nanoTime() - start) / 1e9;
    }
  }
}
