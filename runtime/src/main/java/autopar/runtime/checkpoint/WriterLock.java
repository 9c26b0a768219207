package autopar.runtime.checkpoint;

import autopar.diagnostics.RunFailure;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The right to write checkpoints into a folder, of one run at a time. The system takes it back when
 * the process ends, however it ends; the file itself stays.
 */
final class WriterLock implements AutoCloseable {

  private static final String FILE = ".writer.lock";

  // The system's locks are those of a process, and go when it closes the file once: writers of one
  // process must be told apart before they open it.
  private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final FileChannel channel;

  private WriterLock(Path folder, FileChannel channel) {
    this.folder = folder;
    this.channel = channel;
  }

  /**
   * @throws RunFailure if another run holds the right
   */
  static WriterLock take(Path dir) throws IOException {
    Path folder = dir.toRealPath();
    if (!HELD_HERE.add(folder)) {
      throw taken(dir);
    }
    FileChannel channel = null;
    boolean held = false;
    try {
      channel =
          FileChannel.open(
              folder.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw taken(dir);
      }
      held = true;
      return new WriterLock(folder, channel);
    } finally {
      if (!held) {
        HELD_HERE.remove(folder);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  private static RunFailure taken(Path dir) {
    return new RunFailure(
        "another run writes checkpoints into " + dir, "end it, or name another folder", null);
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw DurableFiles.cannotWrite(folder.resolve(FILE), e);
    } finally {
      HELD_HERE.remove(folder);
    }
  }
}
